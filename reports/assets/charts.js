/* Draws every figure of the page in the page's own colors, on screen and on paper. */
(() => {
  "use strict";

  const TOKEN = /^var\((--[a-z0-9-]+)\)$/;
  // Pixels on A4; the style sheet gives the same heights to print.
  const PAPER = {
    // The numbers above a small one name its lines in their colors already.
    small: { width: 212, height: 76, showlegend: false, font: { size: 8 }, margin: { l: 34, r: 6, t: 6, b: 18 }, yaxis: { nticks: 4 } },
    wide: { width: 670, height: 250, font: { size: 10 } },
  };
  const SHEET = 840;
  const plots = [...document.querySelectorAll("[data-figure]")];

  /** Returns the figure with every color token replaced by what the style sheet says now. */
  function colored(value, style) {
    if (typeof value === "string") {
      const token = TOKEN.exec(value);
      return token ? style.getPropertyValue(token[1]).trim() : value;
    }
    if (Array.isArray(value)) return value.map((item) => colored(item, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, colored(item, style)]),
      );
    }
    return value;
  }

  function draw(plot, paper) {
    const text = document.getElementById(plot.dataset.figure).textContent;
    const figure = colored(JSON.parse(text), getComputedStyle(document.documentElement));
    if (paper) {
      // A figure that knows its own height keeps it, as far as a sheet goes.
      const font = { ...figure.layout.font, ...paper.font };
      const yaxis = { ...figure.layout.yaxis, ...paper.yaxis };
      Object.assign(figure.layout, { ...paper, font, yaxis, height: Math.min(figure.layout.height ?? paper.height, SHEET), autosize: false });
    }
    const config = { responsive: true, displayModeBar: false, displaylogo: false };
    return Plotly.react(plot, figure.data, figure.layout, config);
  }

  const drawAll = () => plots.forEach((plot) => draw(plot));

  function toPaper() {
    document.documentElement.dataset.palette = "paper";
    plots.forEach((plot) => {
      const isSmall = plot.closest("figure").classList.contains("small");
      draw(plot, isSmall ? PAPER.small : PAPER.wide);
    });
  }

  function toScreen() {
    delete document.documentElement.dataset.palette;
    drawAll();
  }

  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", toScreen);
})();
