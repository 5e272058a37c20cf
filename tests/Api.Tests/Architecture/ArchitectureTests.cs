using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Api.Tests.Architecture;

/// <summary>Arrows between the files of the library point down.</summary>
public class ArchitectureTests
{
    /// <summary>The most files that may use one another.</summary>
    private const int LargestCircle = 4;

    private static readonly Lazy<SourceGraph> Library = new(SourceGraph.OfLibrary);

    [Fact]
    public void Every_file_is_in_a_room() =>
        Assert.DoesNotContain(Library.Value.Files, file => Rooms.Of(file) < 0 && file != "Visibility.cs");

    [Fact]
    public void Every_room_is_a_folder() =>
        Assert.All(Rooms.All, room => Assert.True(Directory.Exists(Repository.Place("Api.CSharp", room.Folder)), room.Folder));

    [Fact]
    public void No_arrow_points_from_a_lower_room_to_a_higher_one()
    {
        var up = Library.Value.Arrows.Where(arrow => Rooms.Of(arrow.From) < Rooms.Of(arrow.To));
        Assert.True(!up.Any(), $"These files use rooms above their own:\n{string.Join('\n', up.Select(a => $"{a.From} uses {a.Symbol} of {a.To}"))}");
    }

    [Fact]
    public void No_rooms_use_one_another()
    {
        var circles = Arrow.Circles(Library.Value.Arrows
            .Select(arrow => (arrow.From.Split('/')[0], arrow.To.Split('/')[0])).Where(arrow => arrow.Item1 != arrow.Item2).Distinct());
        Assert.True(circles.Count == 0, string.Join('\n', circles.Select(c => string.Join(", ", c))));
    }

    [Fact]
    public void No_more_than_four_files_use_one_another()
    {
        var circles = Arrow.Circles(Library.Value.Arrows.Select(arrow => (arrow.From, arrow.To))).Where(circle => circle.Length > LargestCircle);
        Assert.True(!circles.Any(), string.Join('\n', circles.Select(c => $"{c.Length} files: {string.Join(", ", c)}")));
    }

    /// <summary>Messages that users read stand in one piece, however long: their text is not counted.</summary>
    [Fact]
    public void No_line_of_the_product_is_longer_than_120_columns()
    {
        var tooLong =
            from folder in new[] { "Api.CSharp", "Cli", "Core.FSharp" }
            from file in Directory.EnumerateFiles(Repository.Place(folder), "*.*s", SearchOption.AllDirectories)
            where Path.GetExtension(file) is ".cs" or ".fs"
            let path = Path.GetRelativePath(Repository.Place(), file).Replace('\\', '/')
            where !path.Contains("/obj/") && !path.Contains("/bin/")
            from line in File.ReadLines(file).Select((text, k) => (Text: text, Number: k + 1))
            where line.Text.Length > 120 && Regex.Replace(line.Text, "\"[^\"]*\"", "\"\"").Length > 120
            select $"{path}:{line.Number}: {line.Text.Length}";
        Assert.Empty(tooLong);
    }

    [Fact]
    public void The_graph_sees_calls_types_constructors_extensions_and_operators()
    {
        var graph = SourceGraph.Of(new Dictionary<string, string>
        {
            ["A/a.cs"] = "record struct A(int X) { public static A operator +(A a, A b) => a; public int this[int i] => i; }",
            ["A/b.cs"] = "class B { internal static A Make() => new(1); }",
            ["B/c.cs"] = "static class C { internal static int Twice(this string s) => 2 * s.Length; }",
            ["B/d.cs"] = "class D { int M() => \"\".Twice(); }",
            ["B/e.cs"] = "class E { object M() { var a = B.Make(); return a + a; } }",
            ["B/f.cs"] = "class F { int M(E e) => 0; }",
        });
        Assert.Equal(
            ["A/b.cs A/a.cs", "B/d.cs B/c.cs", "B/e.cs A/a.cs", "B/e.cs A/b.cs", "B/f.cs B/e.cs"],
            graph.Arrows.Select(arrow => $"{arrow.From} {arrow.To}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Circles_are_found_whole()
    {
        var circles = Arrow.Circles([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "d"), ("f", "a")]);
        Assert.Equal(["a b c", "d e"], circles.Select(c => string.Join(' ', c.Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
    }

    /// <summary>The list of rooms in docs/architecture.md, as the library has it; written anew with HNTK_APPROVE=1.</summary>
    [Fact]
    public void The_rooms_of_the_document_are_these()
    {
        var path = Repository.Place("docs", "architecture.md");
        var text = File.ReadAllText(path);
        var (begin, end) = ("<!-- rooms:begin -->\n", "<!-- rooms:end -->");
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, text.IndexOf(end, StringComparison.Ordinal));
        var drawn = text[..from] + Drawing() + text[to..];
        if (Environment.GetEnvironmentVariable("HNTK_APPROVE") == "1")
        {
            File.WriteAllText(path, drawn);
        }

        Assert.Equal(drawn, text);
    }

    private static string Drawing()
    {
        var arrows = Library.Value.Arrows;
        var lines = Rooms.All.Select((room, k) =>
        {
            var used = Rooms.All.Where((_, below) => below < k && arrows.Any(a => Rooms.Of(a.From) == k && Rooms.Of(a.To) == below));
            return $"| {room.Folder} | {room.Purpose} | {string.Join(", ", used.Select(r => r.Folder))} |\n";
        });
        return $"| room | contents | uses |\n| --- | --- | --- |\n{string.Concat(lines)}";
    }
}
