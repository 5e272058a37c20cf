using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>A page of studies.</summary>
public sealed partial class HtmlReportTests : DataFolder
{
    private static readonly ReportPageOf Page = new([StudySamples.Whole], new() { Command = "hntk study --seed 7 <\"&'>" });

    // XML has no place for the character that starts the control sequences of terminals.
    private static readonly string Shown = StudySamples.Hostile.Replace('\u001b', '\uFFFD');

    [Fact]
    public void It_needs_neither_the_network_nor_scripts()
    {
        Assert.All(
            Address().Matches(Page.Text).Select(match => match.Value),
            address => Assert.Contains(address, (string[])["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"]));
        Assert.Empty(Page.All("script"));
        Assert.Empty(Page.All("link"));
        Assert.DoesNotContain("url(", Page.Style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", Page.Style, StringComparison.Ordinal);
        Assert.All(Page.All("a"), link => Assert.Matches(@"^csv/[a-z-]+\.csv$", link.Attribute("href")!.Value));
    }

    [Fact]
    public void A_browser_reads_it_as_the_same_elements()
    {
        Assert.StartsWith("<!DOCTYPE html>\n<html", Page.Text, StringComparison.Ordinal);
        string[] alone = ["meta", "br", "hr", "img"];
        Assert.All(Page.Root.DescendantsAndSelf().Where(e => e.Name.NamespaceName.EndsWith("xhtml", StringComparison.Ordinal)), element =>
            Assert.True(!element.IsEmpty || alone.Contains(element.Name.LocalName), element.Name.LocalName));
        Assert.DoesNotContain(Page.Style, c => c is '<' or '>' or '&');
    }

    [Fact]
    public void Text_stays_text()
    {
        Assert.Equal("A sample " + Shown, Page.All("h1").Single().Value);
        Assert.Equal("A sample " + Shown, Page.All("title").Single().Value);
        Assert.Contains(Page.All("figcaption"), caption => caption.Value.Contains("The caption " + Shown, StringComparison.Ordinal));
        Assert.Contains(Page.All("dd"), value => value.Value == Shown);
        Assert.Contains(Page.All("th"), heading => heading.Value == Shown);
        Assert.Contains(Page.All("li"), entry => entry.Value.Trim() == "training " + Shown);
        Assert.Contains(Page.All("li"), entry => entry.Value.Trim() == Shown);
        Assert.Equal("hntk study --seed 7 <\"&'>", Page.All("code").Single().Value);
        Assert.Empty(Page.All("b"));
    }

    [Fact]
    public void Claims_have_their_verdicts_in_words()
    {
        Assert.Equal(
            ["found", "not found", "reported"],
            Page.All("span").Where(span => span.Attribute("class")!.Value.StartsWith("verdict", StringComparison.Ordinal)).Select(span => span.Value));
        Assert.Contains(Page.All("p"), p => p.Value == "Measured: Degree 1 takes 10 steps, degree 5 takes 900.");
    }

    [Fact]
    public void Parts_come_in_their_order() => Assert.Equal(
        ["Claims", "Charts", "Heat maps", "Tables", "How this was made"], Page.All("h2").Select(heading => heading.Value));

    [Fact]
    public void It_follows_light_and_dark_with_enough_contrast()
    {
        var (light, dark) = (Colors(0), Colors(1));
        Assert.Equal(light.Keys.Order(), dark.Keys.Order());
        Assert.Contains("@media screen and (prefers-color-scheme: dark)", Page.Style, StringComparison.Ordinal);
        Assert.All((Dictionary<string, string>[])[light, dark], colors =>
        {
            string[] texts = ["text", "quiet", "link", "found", "not-found", "reported"];
            Assert.All(texts, text => Assert.InRange(Contrast(colors[text], colors["page"]), 4.5, 21));
            Assert.All(Enumerable.Range(0, SeriesLook.Colors), k => Assert.InRange(Contrast(colors[$"c{k}"], colors["page"]), 3, 21));
            Assert.All(Enumerable.Range(0, SeriesLook.Colors), k => Assert.InRange(Contrast(colors[$"c{k}"], colors["shade"]), 3, 21));
        });
        var used = Variable().Matches(Page.Text).Select(match => match.Groups[1].Value).Distinct();
        Assert.All(used, name => Assert.Contains(name, light.Keys));
        Assert.DoesNotContain("rgb(", Page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Identifiers_are_unique_and_what_is_referred_to_is_there()
    {
        var page = new ReportPageOf([StudySamples.Whole, StudySamples.Whole with { Name = "other" }]);
        var ids = page.Root.Descendants().Attributes("id").Select(id => id.Value).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        var referred = page.Root.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' '))
            .Concat(page.Root.Descendants().Attributes("clip-path").Select(clip => clip.Value[5..^1]))
            .Concat(page.All("a").Select(a => a.Attribute("href")!.Value).Where(href => href[0] == '#').Select(href => href[1..]));
        Assert.All(referred, id => Assert.Contains(id, ids));
        Assert.All(page.Drawn("svg").Where(svg => svg.Attribute("aria-hidden") is null), svg => Assert.Equal("img", svg.Attribute("role")!.Value));
    }

    [Fact]
    public void Several_studies_share_a_page_and_link_to_folders_of_their_own()
    {
        var page = new ReportPageOf(
            [StudySamples.Whole, StudySamples.Whole with { Name = "other" }], new() { Title = "Two <studies>", Folder = "my results/a" });
        Assert.Equal("Two <studies>", page.All("h1").Single().Value);
        Assert.Equal(["sample", "other"], page.All("section").Select(section => section.Attribute("id")!.Value));
        Assert.Contains(page.All("a"), link => link.Attribute("href")!.Value == "my%20results/a/other/csv/kernel.csv");
        Assert.Throws<ArgumentException>(() => HtmlReport.ToHtml([StudySamples.Whole, StudySamples.Whole]));
        Assert.Throws<ArgumentException>(() => HtmlReport.ToHtml([]));
    }

    [Fact]
    public void Its_links_lead_to_the_files_of_the_study()
    {
        StudyFiles.Write(StudySamples.Whole, Folder);
        HtmlReport.Write(StudySamples.Whole, Place("report.html"));
        Assert.Equal(HtmlReport.ToHtml(StudySamples.Whole), File.ReadAllText(Place("report.html")));
        Assert.All(Page.All("a"), link => Assert.True(File.Exists(Place(link.Attribute("href")!.Value))));
    }

    [Fact]
    public void A_table_has_short_numbers_with_the_complete_ones_at_hand()
    {
        var cells = Page.Figure("sample.slopes").Descendants().Where(e => e.Name.LocalName is "td" or "th").ToArray();
        var slope = cells.Single(cell => cell.Value == "-0.66667");
        Assert.Equal((-2.0 / 3).ToString("R", CultureInfo.InvariantCulture), slope.Attribute("title")!.Value);
        Assert.Equal("number", slope.Attribute("class")!.Value);
        Assert.Equal(["col", "col", "col", "col", "col", "row", "row"], cells.Attributes("scope").Select(scope => scope.Value));
        Assert.Contains(cells, cell => cell.Value == "5000000000");
    }

    [Fact]
    public void A_long_table_is_cut_and_says_so()
    {
        StudyTable table = new() { Name = "long", Title = "Long", Columns = ["i"], Rows = [.. Enumerable.Range(0, 1000).Select(i => (object?[])[i])] };
        var figure = new ReportPageOf(StudySamples.Whole with { Tables = [table] }).Figure("sample.long");
        Assert.Equal(501, figure.Descendants().Count(e => e.Name.LocalName == "tr"));
        Assert.Contains("the first 500 of 1000 rows", figure.Value, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Colors(int scheme) => Root().Matches(Page.Style)[scheme].Value.Split(';')
        .Select(rule => Definition().Match(rule)).Where(match => match.Success)
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    // The contrast of WCAG 2.2.
    private static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a) + 0.05, Luminance(b) + 0.05);
        return Math.Max(x, y) / Math.Min(x, y);
    }

    private static double Luminance(string color)
    {
        double[] parts = [.. new[] { 1, 3, 5 }.Select(k => int.Parse(color.AsSpan(k, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }

    [GeneratedRegex(@"https?:[^""'\s<>]*")]
    private static partial Regex Address();

    [GeneratedRegex(@"var\(--([a-z0-9-]+)\)")]
    private static partial Regex Variable();

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex Root();

    [GeneratedRegex(@"--([a-z0-9-]+): (#[0-9a-f]{6})")]
    private static partial Regex Definition();
}
