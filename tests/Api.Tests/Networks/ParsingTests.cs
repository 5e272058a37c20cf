using Xunit;

namespace HadamardNtk.Api.Tests.Networks;

public class ParsingTests
{
    [Theory]
    [InlineData("", 1, 1, "the end of the text", "a layer")]
    [InlineData("dense rleu", 1, 7, "'rleu'", "a layer or a name")]
    [InlineData("dense(w=one)", 1, 9, "'one'", "a number for w of dense")]
    [InlineData("dense(v=1)", 1, 7, "'v'", "an option of dense")]
    [InlineData("dense(w=1", 1, 10, "the end of the text", "',' or ')'")]
    [InlineData("dense )", 1, 7, "')'", "the end of the text")]
    [InlineData("dense\n  relu\n dens", 3, 2, "'dens'", "a layer or a name")]
    [InlineData("# nothing\nhadamard(dense,)", 2, 16, "')'", "a layer")]
    [InlineData("dense^0", 1, 7, "'0'", "a number of copies from 1")]
    [InlineData("monomial(k=31)", 1, 12, "'31'", "a whole number from 0 to 30")]
    [InlineData("let relu = dense in relu", 1, 5, "'relu'", "a name that is not a word")]
    [InlineData("let p = dense p", 1, 15, "'p'", "a layer or a name")]
    public void A_text_that_is_no_network_is_answered_with_the_place_and_what_could_stand_there(
        string text, int line, int column, string read, string expected)
    {
        var error = Assert.Throws<NetworkSyntaxException>(() => Network.Parse(text));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(read, error.Actual);
        Assert.Contains(expected, error.Expected);
        Assert.Contains($"column {column}", error.Message);
        Assert.Contains(error.Expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.IsAssignableFrom<FormatException>(error);
    }

    [Theory]
    [InlineData("dense rellu", "did you mean 'relu'?")]
    [InlineData("dense(widh=3)", "did you mean 'width'?")]
    [InlineData("dense monomial", "give k a value")]
    [InlineData("let p = dense in let p = dense in p", "take another name")]
    public void A_near_miss_is_answered_with_the_change_that_was_meant(string text, string suggestion)
    {
        var error = Assert.Throws<NetworkSyntaxException>(() => Network.Parse(text));
        Assert.Equal(suggestion, error.Suggestion);
        Assert.EndsWith($"; {suggestion}", error.Message);
    }

    [Fact]
    public void A_text_that_is_near_to_nothing_has_no_suggestion()
    {
        var error = Assert.Throws<NetworkSyntaxException>(() => Network.Parse("dense ]"));
        Assert.Empty(error.Suggestion);
        Assert.EndsWith(error.Expected, error.Message);
    }

    [Fact]
    public void TryParse_gives_the_network()
    {
        Assert.True(Network.TryParse("dense relu", out var network, out var reason));
        Assert.Equal(Network.Parse("dense relu"), network);
        Assert.Null(reason);
    }

    [Fact]
    public void TryParse_gives_the_reason_that_Parse_throws()
    {
        Assert.False(Network.TryParse("dense rleu", out var network, out var reason));
        Assert.Null(network);
        Assert.Equal(Assert.Throws<NetworkSyntaxException>(() => Network.Parse("dense rleu")).Message, reason);
    }

    [Fact]
    public void A_missing_text_is_a_missing_argument()
    {
        Assert.Throws<ArgumentNullException>("text", () => Network.Parse(null!));
        Assert.Throws<ArgumentNullException>("text", () => Network.TryParse(null!, out _, out _));
    }

    [Theory]
    [InlineData("hadamard(dense, dense) relu dense", "relu", "Gaussian", "put a dense before relu")]
    [InlineData("relu dense", "relu", "Gaussian", "put a dense before relu")]
    [InlineData("dense bottleneck(width=2) dense", "bottleneck(width=2)", "finite layer", "remove it")]
    [InlineData("dense relu dense(param=standard)", "dense(param=standard)", "width", "give the dense before it a width")]
    [InlineData("sum(concat(dense relu, dense), concat(dense, dense relu)) dense", "sum", "not alike", "put a dense")]
    [InlineData("let p = dense relu in sum(hadamard(p, dense relu), p) dense", "sum", "correlated", "put a dense")]
    [InlineData("let p = dense relu in hadamard(sum(p, dense erf), p) dense", "hadamard", "share the same weights", "put a dense")]
    public void A_network_without_a_kernel_is_refused_with_layer_reason_and_mend(
        string text, string layer, string reason, string mend)
    {
        var error = Assert.Throws<NetworkRefusedException>(Network.Parse(text).Ntk);
        Assert.Equal(layer, error.Layer);
        Assert.Contains(reason, error.Reason);
        Assert.Contains(mend, error.Suggestion);
        foreach (var part in new[] { error.Layer, error.Reason, error.Suggestion })
        {
            Assert.Contains(part, error.Message);
        }

        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("let p = dense relu in hadamard(p, p) dense")]
    [InlineData("let p = dense relu in sum(p, p) dense")]
    [InlineData("let p = dense in hadamard(p relu, hadamard(dense, p)) dense")]
    public void Functions_of_one_Gaussian_signal_are_not_refused(string text) => Network.Parse(text).Ntk();

    [Fact]
    public void A_name_that_no_let_defines_is_refused_when_a_kernel_is_asked_for()
    {
        var error = Assert.Throws<NetworkRefusedException>(Network.Name("p").Dense().Ntk);
        Assert.Equal("p", error.Layer);
        Assert.Contains("let p =", error.Suggestion);
    }
}
