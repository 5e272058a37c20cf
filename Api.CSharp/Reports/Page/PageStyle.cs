namespace HadamardNtk;

/// <summary>The style of the page.</summary>
/// <remarks>
/// It has no characters that XML would escape, as browsers do not read them back in a style. Text has a contrast of at
/// least 4.5 with its background, and lines of at least 3. The colors of series follow those of Okabe and Ito (2008),
/// darker on white and lighter on black.
/// </remarks>
internal static class PageStyle
{
    internal const string Text = """

        :root {
          --page: #ffffff; --text: #1b1f24; --quiet: #57606a; --rule: #d4d8dd; --link: #0a58b0;
          --frame: #6b737c; --grid: #e3e6ea; --shade: #ece8d8; --undefined: #888888;
          --found: #11632f; --not-found: #a3260f; --reported: #57606a;
          --c0: #0067ab; --c1: #c04a00; --c2: #007a59; --c3: #a23b7f; --c4: #7d6100; --c5: #444b52; --c6: #0084a5;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --page: #14171a; --text: #e6e9ec; --quiet: #a3acb5; --rule: #3a4148; --link: #7db8ff;
            --frame: #8d969f; --grid: #2b3036; --shade: #33301f; --undefined: #888888;
            --found: #6fd08c; --not-found: #ff9580; --reported: #a3acb5;
            --c0: #6cb4f5; --c1: #ff9a57; --c2: #43cfa0; --c3: #ec97c9; --c4: #e5c34d; --c5: #c9ced3; --c6: #5fd5ea;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
        main { max-width: 768px; margin: 0 auto; padding: 24px; overflow-wrap: break-word; }
        h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 0.5em; }
        h2 { font-size: 1.3rem; line-height: 1.3; margin: 2em 0 0.6em; }
        h3 { font-size: 1.08rem; line-height: 1.35; margin: 1.6em 0 0.5em; }
        h4 { font-size: 1rem; line-height: 1.35; margin: 1.4em 0 0.5em; }
        section { border-top: 1px solid var(--rule); margin-top: 2.5em; }
        section h2 { font-size: 1.45rem; margin-top: 1em; }
        a { color: var(--link); }
        p { margin: 0.4em 0; }
        .quiet { color: var(--quiet); font-size: 0.9rem; }
        .claims { list-style: none; margin: 0; padding: 0; }
        .claims li { border-left: 3px solid var(--rule); padding: 0.1em 0 0.1em 0.9em; margin: 0.9em 0; }
        .verdict { border: 1px solid currentColor; border-radius: 3px; padding: 0.05em 0.45em; font-size: 0.85rem;
          font-weight: 600; white-space: nowrap; }
        .verdict.found { color: var(--found); }
        .verdict.not-found { color: var(--not-found); border-style: dashed; }
        .verdict.reported { color: var(--reported); border-style: dotted; }
        figure { margin: 0 0 2.2em; }
        figcaption { color: var(--quiet); font-size: 0.9rem; margin-top: 0.5em; }
        figure svg { display: block; width: 100%; height: auto; font-family: system-ui, sans-serif; }
        figure svg text { fill: var(--text); }
        figure svg.narrow { display: none; }
        .points circle { fill: transparent; }
        .points circle:hover { fill: var(--text); fill-opacity: 0.25; }
        .axis { color: var(--text); font-size: 0.85rem; margin: 0; }
        .axis.below { text-align: right; padding-right: 14px; }
        .axis.below.map { text-align: left; padding-left: 44px; }
        .row { display: grid; grid-template-columns: 1fr 1fr; gap: 0.8em 1.2em; }
        .panel { min-width: 0; break-inside: avoid; }
        .panel-title { font-size: 0.9rem; font-weight: 600; }
        .legend { list-style: none; margin: 0.5em 0 0; padding: 0; display: flex; flex-wrap: wrap;
          gap: 0.15em 1.3em; font-size: 0.9rem; }
        .legend li { padding-left: 44px; text-indent: -44px; }
        figure svg.sample { display: inline-block; width: 36px; height: 16px; vertical-align: -3px;
          margin-right: 0.2em; }
        .scroll { overflow-x: auto; }
        .scroll:focus-visible { outline: 2px solid var(--link); }
        table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; font-weight: normal; padding: 0.3em 1.1em 0.3em 0; vertical-align: top;
          border-bottom: 1px solid var(--rule); }
        thead th { font-weight: 600; border-bottom: 1px solid var(--frame); vertical-align: bottom; }
        .number { text-align: right; }
        td.number { white-space: nowrap; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2em 1.2em; margin: 0; font-size: 0.95rem; }
        dt { color: var(--quiet); }
        dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
        footer { border-top: 1px solid var(--rule); margin-top: 2.5em; padding-top: 0.6em; color: var(--quiet);
          font-size: 0.9rem; }
        pre { margin: 0.3em 0; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--text); }
        @media (max-width: 620px) {
          main { padding: 16px; }
          h1 { font-size: 1.45rem; }
          figure svg.wide { display: none; }
          figure svg.narrow { display: block; }
          .row { grid-template-columns: 1fr; }
          dl { grid-template-columns: 1fr; gap: 0; }
          dd { margin-bottom: 0.5em; }
        }
        @media print {
          main { max-width: none; padding: 0; }
          body { font-size: 11pt; }
          figure svg.wide { display: block; }
          figure svg.narrow { display: none; }
          figure, .claims li, tr { break-inside: avoid; }
          .drawing { max-width: 580px; }
          dl { break-inside: avoid; }
          h2, h3, h4 { break-after: avoid; }
          .scroll { overflow-x: visible; }
        }

        """;
}
