"""The style of pages on paper: black on white from either theme, without what only a screen needs, nothing cut off.

Nothing is drawn anew for paper: charts and tables come as the screen drew them. So what they are drawn in is resized.
"""

PAPER = """
.on-paper { display: none; }
@page { size: A4 landscape; margin: 10mm; }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stElementToolbar"],
  .stElementContainer:has(+ * .on-paper) .stDataFrame, .st-key-on_screen_list, .stDownloadButton,
  .stPopover, [data-testid="stPopoverBody"], .stPageLink, .st-key-introduction,
  [data-testid="stTooltipIcon"], [data-testid="stExpander"]:has(> details:not([open])),
  .stCheckbox:not(:has(:checked)) { display: none !important; }
  /* The way down to a team says which team it is; every other button only does something. */
  .stButton:not(.st-key-way_down *) { display: none !important; }
  /* Of tabs and rows of buttons, the chosen one says what is shown. */
  [role="tab"][aria-selected="false"], [role="radio"][aria-checked="false"] { display: none !important; }
  [role="radio"] { border-radius: 6px !important; max-width: none !important; }
  [role="radio"] * { overflow: visible !important; }
  /* Search boxes and pickers that hold nothing show their placeholder. An empty choice of teams takes along the
     heading before it and the hint after it. */
  [data-testid="stElementContainer"]:has(> :is(.stTextInput, .stSelectbox, .stMultiSelect) input:placeholder-shown),
  :has(+ [data-testid="stLayoutWrapper"] .stMultiSelect input:placeholder-shown),
  :has(.stMultiSelect input:placeholder-shown) + [data-testid="stElementContainer"] { display: none !important; }
  /* Streamlit asks for backgrounds to be printed, so the page's own is white. */
  html, body, .stApp { background: #fff !important; }
  .stApp, [data-testid="stMain"], [data-testid="stAppViewContainer"] {
    overflow: visible !important; position: static !important; height: auto !important;
  }
  /* A4 is narrower than a screen: four fifths put text at nine points, and side by side what was so on the screen,
     where Streamlit would put charts one below the other. */
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; zoom: 0.8; }
  .stHorizontalBlock:has(> .stColumn) { display: flex !important; }
  /* A chart keeps the width it was drawn in, so it is enlarged or reduced to that of its card. Browsers that cannot
     read the width reduce each to what fits. The first drawing of a chart gives the card its height. */
  [data-testid="stPlotlyChart"] { container-type: inline-size; }
  .main-svg { zoom: 0.7; zoom: tan(atan2(100cqw, attr(width px))); max-width: none !important; }
  .main-svg:first-child { position: static !important; }
  .stPrintGraphic, .stPrintGraphic div { height: auto !important; }
  .vega-embed svg { width: 100% !important; height: auto !important; }
  /* Tables are pictures, too: a wide one is reduced to the page. A long one begins where the page has room. */
  .stDataFrame, .stDataFrame div { max-width: 100% !important; }
  .stDataFrame canvas { contain: none !important; max-width: 100%; height: auto !important; }
  .stPrintFixedWidth:has(canvas), .stPrintFixedWidth:has(canvas) * { break-inside: auto !important; }
  .on-paper { display: block; }
  .on-paper table { width: 100%; border-collapse: collapse; font-size: 0.75rem; }
  .on-paper th, .on-paper td { text-align: left; padding: 3px 6px; border-bottom: 1px solid #ccc; vertical-align: top; }
  .on-paper td.number { text-align: right; white-space: nowrap; }
  .on-paper tr { break-inside: avoid; }
  [data-testid="stPlotlyChart"], [data-testid="stMetric"], [class*="_card"] { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
}
"""

FROM_DARK = """
/* Black on white. Charts and tables are turned over as a whole: the hues stay, what was light becomes dark, and words
   on a cell keep their contrast with it. */
@media print {
  .stApp, .stApp * { color: #000 !important; background-color: transparent !important; }
  [data-testid="stPlotlyChart"], .stApp canvas, .vega-embed { filter: invert(1) hue-rotate(180deg); }
}
"""
