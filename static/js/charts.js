// Draws every [data-chart] element from the JSON it carries; the page has a table twin.
"use strict";

const paper = window.matchMedia("print");
const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

// A theme colour as rgba(), whatever CSS expression defines it.
function colour(name) {
  const probe = document.body.appendChild(document.createElement("span"));
  probe.style.color = `var(${name})`;
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}

// Ticks are chosen by the chart, so they are written here: 1.2万 in Chinese, 12K in English.
const short = Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });

function axis(series, side) {
  return {
    type: "value",
    position: side,
    name: series.name,
    nameTextStyle: { align: side === "left" ? "left" : "right", color: colour("--tblr-secondary") },
    splitNumber: 4,
    splitLine: { show: side === "left", lineStyle: { color: colour("--tblr-border-color") } },
    axisLabel: {
      color: colour("--tblr-secondary"),
      formatter: (value) => (series.unit === "fen" ? "¥" : "") + short.format(value),
    },
  };
}

// Between its bounds each estimate of a series has its band: the lower one, unseen, and on it the width.
function band(series, index, colours) {
  const width = (high, day) => (high === null ? null : high - series.lows[day]);
  const beside = series.beside ?? index;
  const line = { type: "line", yAxisIndex: beside, stack: `band-${index}`, stackStrategy: "all", symbol: "none", silent: true, z: 1 };
  const unseen = { lineStyle: { opacity: 0 }, itemStyle: { opacity: 0 } };
  return [
    { ...line, ...unseen, data: series.lows },
    { ...line, ...unseen, data: series.highs.map(width), areaStyle: { color: colours[beside], opacity: 0.25 } },
  ];
}

function options(data) {
  const colours = [colour("--tblr-primary"), colour("--tblr-orange"), colour("--tblr-teal")];
  const calm = paper.matches || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    animation: !calm,
    // In grey, and to eyes that tell no orange from blue, bars of several series differ by their patterns.
    aria: { enabled: paper.matches || data.series.filter((series) => series.kind === "bar").length > 1, label: { enabled: false }, decal: { show: true } },
    color: colours,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 8, top: 56, bottom: 8, containLabel: true },
    legend: { data: data.series.map((series) => series.name), top: 0, left: 0, textStyle: { color: colour("--tblr-body-color") } },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: colour("--tblr-bg-surface"),
      borderColor: colour("--tblr-border-color"),
      textStyle: { color: colour("--tblr-body-color") },
      formatter: (points) => [points[0].axisValue]
        .concat(points.filter((point) => point.seriesIndex < data.series.length).map((point) => `${point.seriesName}: ${data.series[point.seriesIndex].texts[point.dataIndex]}`))
        .join("\n"),
    },
    xAxis: {
      type: "category",
      data: data.days,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colour("--tblr-border-color") } },
      axisLabel: { color: colour("--tblr-secondary"), formatter: (tick) => (data.whole ? tick : tick.slice(5)) },
    },
    // What is expected stands beside what is counted, on its axis and in its colour; what shares an axis alone has a colour of its own.
    yAxis: data.series.filter((series) => series.beside === undefined && series.axis === undefined)
      .map((series, index) => axis(series, index ? "right" : "left")),
    series: data.series.map((series, index) => ({
      name: series.name,
      type: series.kind,
      yAxisIndex: series.beside ?? series.axis ?? index,
      lineStyle: series.beside === undefined ? {} : { type: "dashed" },
      symbol: series.beside === undefined ? "circle" : "emptyCircle",
      data: series.values,
      connectNulls: false,
      symbolSize: 6,
      showAllSymbol: true,
      barMaxWidth: 24,
      itemStyle: {
        ...(series.kind === "bar" ? { borderRadius: [3, 3, 0, 0] } : {}),
        ...(series.beside === undefined ? {} : { color: colours[series.beside] }),
        ...(series.axis === undefined ? {} : { color: colours[2] }),
      },
    })).concat(data.series.flatMap((series, index) => (series.lows ? band(series, index, colours) : []))),
  };
}

function draw(root) {
  for (const element of root.querySelectorAll("[data-chart]")) {
    const data = JSON.parse(element.dataset.chart);
    const chart = echarts.getInstanceByDom(element) ?? echarts.init(element, null, { renderer: "canvas" });
    chart.setOption(options(data), true);
  }
}

document.addEventListener("DOMContentLoaded", () => draw(document));
document.addEventListener("htmx:afterSettle", () => draw(document));
window.addEventListener("resize", () => {
  for (const element of document.querySelectorAll("[data-chart]")) echarts.getInstanceByDom(element)?.resize();
});
paper.addEventListener("change", () => draw(document));
new MutationObserver(() => draw(document)).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
