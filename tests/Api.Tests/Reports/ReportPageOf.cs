using System.Xml.Linq;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>A page read back as XML, and what tests look for in it.</summary>
internal sealed class ReportPageOf
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    internal ReportPageOf(IReadOnlyList<StudyResult> results, ReportOptions? options = null)
    {
        Text = HtmlReport.ToHtml(results, options);
        Root = XDocument.Parse(Text).Root!;
    }

    internal ReportPageOf(StudyResult result) : this([result])
    {
    }

    internal string Text { get; }

    internal XElement Root { get; }

    internal string Style => All("style").Single().Value;

    internal IEnumerable<XElement> All(string name) => Root.Descendants(Html + name);

    internal IEnumerable<XElement> Drawn(string name) => Root.Descendants(Svg + name);

    internal XElement Figure(string id) => All("figure").Single(figure => (string?)figure.Attribute("id") == id);

    /// <summary>The titles that readers see who point at a part of a figure's picture.</summary>
    internal string[] Titles(string id, string part) => [.. Wide(id).Descendants(Svg + part).Elements(Svg + "title").Select(title => title.Value)];

    /// <summary>The picture of a figure on wide screens.</summary>
    internal XElement Wide(string id) => Picture(id, "wide");

    /// <summary>The picture of a figure on narrow screens.</summary>
    internal XElement Narrow(string id) => Picture(id, "narrow");

    private XElement Picture(string id, string kind) =>
        Figure(id).Elements(Svg + "svg").Single(picture => (string?)picture.Attribute("class") == kind);
}
