using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Samples.Tests;

/// <summary>Links of the pages lead to files and headings that are there; what is elsewhere on the web is not asked.</summary>
public partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Documents.All];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_of_a_page_lead_somewhere(string page)
    {
        var wrong = Links(page).Where(link => !Leads(page, link)).ToList();
        Assert.True(wrong.Count == 0, $"{page}: no target for {string.Join(", ", wrong)}");
    }

    [Fact]
    public void Every_page_is_on_the_map()
    {
        string[] linked = [.. Links("docs/index.md").Select(link => Target("docs/index.md", link.Split('#')[0]))];
        var pages = Documents.All.Where(page => page.StartsWith("docs/", StringComparison.Ordinal) && page.Count(c => c == '/') == 1);
        Assert.Equal(pages.Order(), pages.Intersect([.. linked, "docs/index.md"]).Order());
    }

    /// <summary>The map and the contents of the site have the same pages in the same order; the map is no page of its own.</summary>
    [Fact]
    public void The_site_has_the_pages_of_the_map_in_its_order()
    {
        var map = Links("docs/index.md").Select(link => Target("docs/index.md", link.Split('#')[0]))
            .Where(page => page.EndsWith(".md", StringComparison.Ordinal) && page != "README.md").Distinct();
        var contents = Reference().Matches(File.ReadAllText(Repository.Place("docs", "site", "toc.yml")))
            .Select(match => Target("docs/site/toc.yml", match.Groups[1].Value)).Where(page => page != "docs/index.md");
        Assert.Equal(map, contents);
    }

    /// <summary>Names of files of the repository that stand between backquotes are those of files that are there.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Files_that_a_page_names_are_there(string page) =>
        Assert.All(
            Named().Matches(Prose(page)).Select(match => match.Groups[1].Value),
            name => Assert.True(Path.Exists(Repository.Place(name.Split('/'))), name));

    [Theory]
    [InlineData("8. Training dynamics", "8-training-dynamics")]
    [InlineData("`param` and *T'*, in F#", "param-and-t-in-f")]
    [InlineData("[A](b.md): c_d", "a-c_d")]
    public void An_anchor_is_the_heading_in_small_letters(string heading, string anchor) => Assert.Equal(anchor, Anchor(heading));

    private static bool Leads(string page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return true;
        }

        var (file, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, "");
        var target = file == "" ? page : Target(page, file);
        var path = Repository.Place(target.Split('/'));
        return Directory.Exists(path) ? anchor == "" : File.Exists(path) && (anchor == "" || Anchors(target).Contains(anchor));
    }

    private static string Target(string page, string file)
    {
        var full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.Place(page.Split('/')))!, file));
        return Path.GetRelativePath(Repository.Place(), full).Replace('\\', '/').TrimEnd('/');
    }

    private static IEnumerable<string> Anchors(string page)
    {
        var seen = new Dictionary<string, int>();
        foreach (var anchor in Heading().Matches(Prose(page)).Select(match => Anchor(match.Groups[1].Value)))
        {
            seen[anchor] = seen.GetValueOrDefault(anchor, -1) + 1;
            yield return seen[anchor] == 0 ? anchor : $"{anchor}-{seen[anchor]}";
        }

        foreach (Match id in Id().Matches(Prose(page)))
        {
            yield return id.Groups[1].Value;
        }
    }

    /// <summary>As GitHub makes them: small letters, digits, '_' and '-', with '-' for a space.</summary>
    private static string Anchor(string heading)
    {
        var text = Label().Replace(heading, "$1").Trim().ToLowerInvariant();
        return string.Concat(text.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
    }

    private static IEnumerable<string> Links(string page) =>
        Link().Matches(Code().Replace(Prose(page), "")).Select(match => match.Groups[1].Value);

    /// <summary>A page without its blocks of code.</summary>
    private static string Prose(string page) => Fenced().Replace(Documents.Text(page), "");

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Label();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"href: (\S+\.md)$", RegexOptions.Multiline)]
    private static partial Regex Reference();

    [GeneratedRegex("<a id=\"([^\"]+)\">")]
    private static partial Regex Id();

    [GeneratedRegex(@"`((?:Api\.CSharp|Core\.FSharp|Cli|tests|bench|docs)/[A-Za-z0-9_./-]*[A-Za-z0-9])`")]
    private static partial Regex Named();
}
