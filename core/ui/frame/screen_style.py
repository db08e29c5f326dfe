"""The style of pages on the screen, as little of it as there is beyond Streamlit's own."""

STYLE = """
/* Digits of one width, so that figures under each other can be compared. */
[data-testid="stMetricValue"], [data-testid="stMetricDelta"], [data-testid="stTable"] {
  font-variant-numeric: tabular-nums;
}
/* A card's figure and its change in full: a long one is smaller, and what does not fit into a line takes another. */
:is([data-testid="stMetricValue"], [data-testid="stMetricDelta"]) :is(.stMarkdownEllipsis, p) {
  white-space: normal; overflow: visible;
}
[data-testid="stMetricValue"] span[style*="font-size"] { font-size: 0.82em !important; }
/* Captions in the full grey of the theme: thinned, as Streamlit has it, it misses 4.5 to 1 (WCAG 2.2, 1.4.3). */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * { opacity: 1 !important; }
/* Room for charts: the page's own margins are wide. */
[data-testid="stMainBlockContainer"] { padding-inline: clamp(1rem, 3vw, 3rem); padding-bottom: 3rem; }
/* Who is signed in: at the foot of the sidebar, whatever pages put above. */
[data-testid="stSidebarContent"] { display: flex; flex-direction: column; }
[data-testid="stSidebarUserContent"], [data-testid="stSidebarUserContent"] > div { flex: 1; display: flex; }
[data-testid="stSidebarUserContent"] > div, [data-testid="stSidebarUserContent"] > div > div { flex: 1; }
[data-testid="stLayoutWrapper"]:has(> .st-key-account) { order: 99; margin-top: auto; }
/* The menu: sections apart, entries close. */
.st-key-menu [data-testid="stCaptionContainer"]:not(:first-child) { margin-top: 0.5rem; }
/* Which link the keyboard is at: a ring, for Streamlit fills it like the page that is open. */
:is([data-testid="stSidebarNavLink"], [data-testid="stPageLink-NavLink"]):focus-visible {
  outline: 2px solid currentColor; outline-offset: -2px;
}
.st-key-account-email [data-testid="stText"] { font-size: 0.8rem; overflow: hidden; text-overflow: ellipsis; }
/* Rows of buttons among the filters: as tall as the lists beside them, so that all labels stand in one line. */
.st-key-filters [data-testid="stButtonGroup"] > :not(label) button { min-height: 2.5rem; }
/* Numbers of a table to the right, under each other. */
[class*="st-key-more_"] [data-testid="stTable"] :is(td, th):not(:first-child, :last-child) {
  text-align: right !important; /* Streamlit writes its own into each cell. */
}
/* The chosen one of several: in the text's colour, which is readable in both themes, inside the accent's frame; but for
   days of a calendar, which have their own. */
[data-selected="true"]:not([role="gridcell"] *), [data-selected="true"]:not([role="gridcell"] *) * {
  color: inherit !important;
}
/* Adoption answers in one screenful: its cards keep their margins small. */
[class*="_card"][data-testid="stVerticalBlock"] { padding: 0.7rem 0.9rem; }
.st-key-card { max-width: 28rem; margin: 14vh auto 0; }
.st-key-demo-banner p { font-size: 0.875rem; font-weight: 600; }
.st-key-demo-banner {
  padding: 0.3rem 0.75rem; border-radius: 6px; background: rgba(217, 161, 59, 0.18);
  border: 1px solid rgba(217, 161, 59, 0.55);
}
/* A page whose connection is gone cannot be taken away by the server any more, so it hides by itself after a while. */
.stApp:not([data-test-connection-state="CONNECTED"]) :is([data-testid="stMain"], [data-testid="stSidebar"]) {
  visibility: hidden; transition: visibility 0s 45s;
}
.stApp:not([data-test-connection-state="CONNECTED"])::after {
  content: "Uptake cannot be reached, so nothing is shown. This page comes back by itself."; position: fixed;
  inset: 20vh 2rem auto; text-align: center; animation: appear 1ms 45s backwards;
}
@keyframes appear { from { visibility: hidden; } }
/* Narrow: two filters and two cards a row; three buttons need a row of their own. Tables scroll in themselves. */
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-inline: 0.75rem; }
  [data-testid="stMetric"] > div:first-child { padding: 0.6rem 0.7rem; }
  [data-testid="stMetricValue"] { font-size: 1.25rem; }
  [data-testid="stMetricLabel"] p { white-space: normal; }
  [data-testid="stGrid"] { grid-template-columns: repeat(2, minmax(0, 1fr)) !important; gap: 0.6rem !important; }
  .st-key-filters > * { flex: 1 1 45%; min-width: 9rem; }
  .st-key-filters > :is(.st-key-by, .st-key-who), .st-key-filters > :has(> :is(.st-key-by, .st-key-who)) {
    flex-basis: 60%;
  }
}
/* The button of the table behind a chart is a picture to the eye; its words are its name for screen readers. */
[class*="_numbers"] [data-testid="stPopoverButton"] [data-testid="stMarkdownContainer"] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
/* That table: as wide as many columns need, where Streamlit leaves room for two. */
[data-testid="stPopoverBody"]:has(.stDataFrame) { min-width: min(60rem, calc(100vw - 2rem)) !important; }
"""
