using System.Xml.Linq;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>The page of one or several studies.</summary>
internal static class ReportPage
{
    internal static XElement Of(IReadOnlyList<StudyResult> results, ReportOptions options)
    {
        var title = results.Count == 1 ? results[0].Title : options.Title;
        return Tag(
            "html",
            "lang".Is("en"),
            Head(title),
            Tag("body", Tag("main", results.Count == 1 ? One(results[0], options) : Several(results, options))));
    }

    private static XElement Head(string title) => Tag(
        "head",
        Tag("meta", "charset".Is("utf-8")),
        Tag("meta", "name".Is("viewport"), "content".Is("width=device-width, initial-scale=1")),
        Tag("meta", "name".Is("color-scheme"), "content".Is("light dark")),
        Tag("title", title),
        Tag("style", PageStyle.Text));

    private static object[] One(StudyResult result, ReportOptions options) =>
        [Tag("h1", result.Title), new StudySection(result, options, Several: false).Parts(), Made(options)];

    private static object[] Several(IReadOnlyList<StudyResult> results, ReportOptions options) =>
    [
        Tag("h1", options.Title),
        Tag("nav", "aria-label".Is("Studies"), Tag("ul", results.Select(Link))),
        results.Select(result => Tag(
            "section",
            "id".Is(result.Name),
            Tag("h2", result.Title),
            new StudySection(result, options, Several: true).Parts())),
        Made(options),
    ];

    private static XElement Link(StudyResult result) =>
        Tag("li", Tag("a", "href".Is("#" + result.Name), result.Title));

    private static XElement Made(ReportOptions options) => Tag(
        "footer",
        options.Command is { } command
            ? new[] { Tag("p", "This page was made by the command"), Tag("pre", Tag("code", command)) }
            : null,
        Tag("p", $"HadamardNtk {Version()}"));

    private static string Version() => typeof(StudyResult).Assembly.GetName().Version!.ToString(3);
}
