/// The pages' one style sheet: no colour alone carries a meaning, and everything fits 360 pixels.
enum StyleSheet {
    static let text = """
        :root{--ground:#fdfdfc;--raised:#f4f4f1;--ink:#1e2226;--soft:#5b636b;--line:#dcdcd6;--link:#1d5fa8;
        --good:#2c7a4b;--late:#8a6100;--bad:#b3261e;--sealed:#4f9d76;--empty:#8fa39a;--unproven:#8a6100;--missing:#c5372c;
        --open:#b9c0c7;--pruned:#8a7fb0;--r1:#cfe5d8;--r2:#93c7aa;--r3:#4f9d76;--r4:#22693f;--kept:#7a5bb5}
        @media (prefers-color-scheme:dark){:root{--ground:#15181b;--raised:#1e2327;--ink:#e4e6e3;--soft:#9aa4ad;
        --line:#333a40;--link:#8bbcf0;--good:#7cc79b;--late:#e0b24d;--bad:#ff8a7d;--sealed:#4b9a72;--empty:#6c7f77;
        --unproven:#e0b24d;--missing:#f0665a;--open:#4a535b;--pruned:#a196cc;--r1:#214534;--r2:#2f6b4d;--r3:#4b9a72;
        --r4:#8ed6b0;--kept:#b9a0ee}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0 auto;max-width:76rem;padding:0 1.25rem 3rem;background:var(--ground);color:var(--ink);
        font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        a{color:var(--link);text-underline-offset:.15em}a:not(:hover):not(:focus-visible){text-decoration-color:color-mix(in srgb,currentColor 35%,transparent)}
        :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
        .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--ground);padding:.5rem;z-index:1}
        .patterns{position:absolute}
        .top{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:baseline;padding:1rem 0;border-bottom:1px solid var(--line)}
        .brand{font-weight:650;color:inherit;text-decoration:none}.top nav{display:flex;gap:1rem}
        .top [aria-current]{color:inherit;font-weight:600;text-decoration:none}.vault{margin-left:auto;color:var(--soft);overflow-wrap:anywhere}
        h1{font-size:1.6rem;line-height:1.3;font-weight:600;margin:1.75rem 0 1rem;overflow-wrap:anywhere;text-wrap:balance}
        h2{font-size:1.05rem;font-weight:600;margin:2.25rem 0 .6rem}h2 .muted{font-weight:400}
        .muted,.sub{color:var(--soft)}.sub{display:block;font-size:.85rem}
        .verdict .sign{display:inline-block;min-width:1.2em}.verdict.good .sign{color:var(--good)}
        .verdict.late .sign{color:var(--late)}.verdict.bad .sign{color:var(--bad)}p.verdict{font-size:1.15rem;margin:.5rem 0 1rem}
        table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
        th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
        thead th{font-weight:500;font-size:.85rem;color:var(--soft);white-space:nowrap;padding-top:0}
        tbody th{font-weight:500}.number{text-align:right;white-space:nowrap;padding-right:1.25rem}.unit{display:none}
        .tasks th[scope=row]{width:27%}.tasks .days{width:30%;vertical-align:middle}
        .mark,.kind,.note{font-size:.8rem}.note{color:var(--soft);font-weight:400}
        .mark{display:block;font-weight:500}.late .mark{color:var(--late)}.missing .mark{color:var(--bad)}
        .strip{display:block;width:100%;height:18px;background:var(--raised)}.calendar{display:block;width:100%;max-width:44rem;height:auto}
        .bars{display:block;width:100%;height:72px}
        .d-sealed{fill:var(--sealed)}.d-empty{fill:var(--empty)}.d-open{fill:var(--open)}
        .p-missing-ground{fill:var(--missing)}.p-missing-line{fill:var(--ground);opacity:.55}.p-unproven-dot{fill:var(--unproven)}
        .p-pruned-line{fill:var(--pruned)}.d-unproven,.d-pruned{stroke:var(--line);stroke-width:.5}
        .r1{fill:var(--r1)}.r2{fill:var(--r2)}.r3{fill:var(--r3)}.r4{fill:var(--r4)}.bar{fill:var(--sealed)}.bar-kept{fill:var(--kept)}
        .month{font-size:8px;fill:var(--soft)}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;margin:.8rem 0;font-size:.85rem}
        .key{width:14px;height:18px;vertical-align:-4px}
        .concerns,.running,.gaps,.stretches{list-style:none;padding:0;margin:0}
        .concerns li,.running li,.gaps li{padding:.6rem .9rem;margin:0 0 .5rem;background:var(--raised);border-left:4px solid var(--late);border-radius:3px;overflow-wrap:anywhere}
        .concerns .error{border-left-color:var(--bad)}.concerns .kind{font-weight:600;margin-right:.4em}
        .error .kind{color:var(--bad)}.warning .kind{color:var(--late)}.running li{border-left-color:var(--link)}.gaps li{border-left-color:var(--bad)}
        .advice{margin-top:.3rem;color:var(--soft)}
        code,pre{font:.9em/1.45 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
        .advice code,.copy{background:var(--ground);border:1px solid var(--line);border-radius:3px;padding:.1em .4em;color:var(--ink);user-select:all;-webkit-user-select:all;overflow-wrap:anywhere}
        .advice code{display:inline-block}summary{cursor:pointer;padding:.3rem 0;color:var(--link)}details .concerns{margin-top:.5rem}.concerns details ul{margin:.2rem 0 .4rem;padding-left:1.2rem}
        .concerns details li{padding:0;margin:0;border:0;background:none}.copy{display:block;margin-top:.4rem;padding:.35rem .6rem}.plain{white-space:nowrap}
        pre.error{background:var(--raised);padding:1rem;border-left:4px solid var(--bad);white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
        td.error{max-width:22rem;color:var(--soft)}
        .outcome.good{color:var(--good)}.outcome.late{color:var(--late)}.outcome.bad{color:var(--bad);font-weight:600}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.75rem 1.5rem;margin:1.25rem 0}
        dt{font-size:.85rem;color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
        figure{margin:0 0 1rem}figcaption{font-size:.9rem;font-weight:500;margin-bottom:.2rem}
        .pager{display:flex;gap:1.5rem;margin:1rem 0}
        .pulse{display:inline-block;width:.6em;height:.6em;border-radius:50%;background:var(--link);margin-right:.3em}
        @media (prefers-reduced-motion:no-preference){.pulse{animation:pulse 2s ease-in-out infinite}@keyframes pulse{50%{opacity:.25}}}
        footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
        @media (max-width:46rem){body{padding:0 .9rem 2rem}h1{font-size:1.3rem}table,tbody,tr,td,tbody th{display:block}thead{position:absolute;left:-99rem}
        td,tbody th{border:0;padding:.1rem 0}tbody tr{border-bottom:1px solid var(--line);padding:.7rem 0}.number{text-align:left}.unit{display:inline;color:var(--soft)}
        .tasks th[scope=row],.tasks .days,td.error{width:auto;max-width:none}.sub{display:inline}.sub::before{content:" · "}td:empty{display:none}
        .facts{grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr))}
        .runs tr,.tasks tr{display:grid;grid-template-columns:1fr auto;column-gap:1rem}.tasks th,.tasks th+td,.tasks .days,.runs .error{grid-column:1/-1}.tasks .days{padding:.35rem 0}}
        @media print{:root{--ground:#fff;--raised:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000}.top nav,.skip,.pager,.pulse{display:none}
        body{max-width:none;padding:0;font-size:10pt}tr,li,figure{break-inside:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}

        """

    /// A lock of one line, for the browser's tab.
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="4" y="13" width="24" height="16" rx="3" fill="#2c7a4b"/>\
        <path d="M9 14V10a7 7 0 0 1 14 0v4" fill="none" stroke="#2c7a4b" stroke-width="3"/></svg>

        """
}
