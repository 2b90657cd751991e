import { properties } from './palette.js'

/** The page's only style sheet: light, dark and printed, wide and narrow, without anything from afar. */
export const STYLE_SHEET: string = `
:root{color-scheme:light dark;${properties('light')}}
@media screen and (prefers-color-scheme:dark){:root{${properties('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
a{color:var(--accent)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
header,main,footer{max-width:70rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.75rem}
h1{font-size:1.6rem;line-height:1.2;margin:0}
h2{font-size:1.25rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:1rem 0 .25rem}
header p,footer p{margin:.25rem 0;color:var(--quiet);overflow-wrap:anywhere}
bdi{overflow-wrap:break-word}
code{overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0;margin:.75rem 0 1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.25rem;margin:0 0 1rem}
.card p{margin:.4rem 0}
.card ul{margin:.4rem 0;padding-left:1.25rem}
.health{display:grid;grid-template-columns:280px 1fr;gap:1.5rem;align-items:start}
.health>*{min-width:0}
.headline{font-size:1.05rem}
.score{font-size:1.35rem;line-height:1.3}
.verdict{font-weight:700;white-space:nowrap}
.verdict-ok{color:var(--good)}
.verdict-warning{color:var(--warning)}
.verdict-critical{color:var(--critical)}
.verdict-unknown{color:var(--unknown)}
.missing{color:var(--quiet);border-left:3px solid var(--line);padding-left:.75rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem 1.25rem;margin:1rem 0 0}
.facts dt{color:var(--quiet);font-size:.85rem}
.facts dd{margin:0;font-variant-numeric:tabular-nums}
#provenance .facts{grid-template-columns:repeat(auto-fit,minmax(17rem,1fr))}
.line{display:block}
figure{margin:1rem 0}
#dial{margin:0}
figcaption{font-weight:600;margin:0 0 .25rem}
svg{display:block;max-width:100%;height:auto}
svg text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.dial{margin:0 auto}
.dial-track,.dial-arc{fill:none}
.dial-track{stroke:var(--track)}
.dial-arc{stroke:var(--accent)}
.dial-bound{stroke:var(--unknown);stroke-dasharray:6 5}
.dial-line{stroke:var(--ink);stroke-width:7}
.dial-tick{stroke:var(--quiet);stroke-width:2}
.dial-score{font-size:54px;font-weight:700;fill:var(--ink);text-anchor:middle}
.dial-long{font-size:38px}
.dial-unit{font-size:17px;fill:var(--quiet);text-anchor:middle}
.narrow{display:none}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--accent)}
.scroll{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--quiet);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);font-weight:400;font-variant-numeric:tabular-nums}
thead th{color:var(--quiet);vertical-align:bottom}
th[scope=row],td{min-width:6.5rem}
.figure{text-align:right}
.figure:not([scope]){white-space:nowrap;min-width:0}
footer{padding-bottom:2rem}
@media (max-width:820px){
.wide{display:none}
.narrow{display:block}
.narrow svg{width:100%;max-width:480px}
.health{grid-template-columns:1fr}
.card{padding:1rem}
.facts{grid-template-columns:repeat(auto-fit,minmax(8rem,1fr))}
}
@media print{
body{background:#fff;font-size:11pt}
.card{border:0;padding:0;margin:1.5rem 0}
h2,figcaption,caption{break-after:avoid}
.chart,tr{break-inside:avoid}
nav,.skip,summary{display:none}
.wide{display:block}
.narrow{display:none}
.health{grid-template-columns:240px 1fr}
.scroll{overflow:visible}
table{font-size:8pt}
th,td,th[scope=row],.figure:not([scope]){min-width:0;white-space:normal;padding-right:.5rem}
details::details-content{content-visibility:visible;block-size:auto}
}
`
