using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class LayersTests : CommandLine
{
    [Fact]
    public void The_language_is_listed_in_80_columns_with_every_word_and_option()
    {
        var text = Run("layers").Succeeded().Output;
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Matches(@"\n  leaky_relu +max\(x, 0\) \+ alpha min\(x, 0\)\n +alpha=0\.01\n", text);
        Assert.Matches(@"\n  monomial +x\^k\n +k \(a whole number from 0 to 30\), required\n", text);
        Assert.Matches(@"\n  hadamard\(n1, n2, \.\.\.\) +n1\(x\) n2\(x\)", text);
        foreach (var word in NetworkLanguage.Words)
        {
            Assert.Contains($"\n  {word.Name}", text);
        }
    }

    [Fact]
    public void Json_has_what_each_word_takes()
    {
        var words = Run("layers", "--json").Json("words").GetProperty("words").EnumerateArray().ToDictionary(w => w.GetProperty("word").GetString()!);
        Assert.Equal(NetworkLanguage.Words.Select(w => w.Name).Order(), words.Keys.Order());
        var options = words["dense"].GetProperty("options").EnumerateArray().ToArray();
        Assert.Equal(["w", "b", "width", "param", "trained"], options.Select(o => o.GetProperty("key").GetString()));
        Assert.Equal(["1", "0", null, "ntk", "true"], options.Select(o => o.GetProperty("default").GetString()));
        Assert.True(words["bottleneck"].GetProperty("options")[0].GetProperty("required").GetBoolean());
        Assert.Equal(("activation", "layer"), (words["relu"].GetProperty("kind").GetString(), words["sum"].GetProperty("kind").GetString()));
        Assert.Equal(JsonValueKind.True, words["concat"].GetProperty("takes_networks").ValueKind);
    }

    [Fact]
    public void The_page_of_the_language_has_every_word_and_a_wrong_word_is_told_where_they_are()
    {
        var page = File.ReadAllText(Path.Combine(Hntk.Root, "docs", "notation.md"));
        Assert.All(NetworkLanguage.Words, word => Assert.Contains($"`{word.Name}", page));
        Fails(2, ["explain", "--net", "dense quux"], "'hntk layers' lists them");
        Fails(2, ["explain", "--net", "dense(w=sqrt(2)) relu(3)"], "relu takes none");
        Assert.Contains("1.4142135623730951", Run("explain", "--net", "dense(he) relu dense(sqrt(2))").Succeeded().Output);
    }
}
