using Xunit;

namespace HadamardNtk.Api.Tests.Networks;

public class ExplanationTests
{
    [Fact]
    public void The_tree_shows_every_layer_at_its_depth()
    {
        var tree = Network.Parse("(dense(w=1.5) relu)^2 dense").Explain().Tree;
        Assert.Equal(
            [
                (0, "series"),
                (1, "2 independent copies, one after the other, of"),
                (2, "series"),
                (3, "dense(w=1.5)"),
                (3, "relu"),
                (1, "dense"),
            ],
            tree.Select(line => (line.Depth, line.Text)));
        Assert.All(tree, line => Assert.False(line.IsRefused));
        Assert.Equal("Gaussian local {W1} odd {W1}", tree[3].Facts);
    }

    [Fact]
    public void An_explanation_is_text_too()
    {
        var explanation = Network.Parse("dense(w=2) relu dense").Explain();
        var lines = explanation.ToString().Split('\n');
        Assert.Equal("      series", lines[0]);
        Assert.Equal("[1]     dense(w=2)  Gaussian local {W1} odd {W1}", lines[1]);
        Assert.Contains($"      {explanation.Recursion[1].Theta}", lines);
        Assert.Contains($"T [relu] = {explanation.Duals[0].Value}", lines);
        Assert.Equal($"Theta = {explanation.Theta}", lines[^1]);
        var refused = Network.Parse("relu").Explain();
        Assert.Contains("<-- refused", refused.ToString());
        Assert.EndsWith(refused.Refusal!.Message, refused.ToString());
    }

    [Theory]
    [InlineData("dense", 2)]
    [InlineData("(dense relu)^2 dense", 6)]
    [InlineData("let p = dense in sum(hadamard(dense, p dense), p) dense", 7)]
    [InlineData("sum(identity, dense relu dense) dense", 6)]
    [InlineData("let p = dense in hadamard(p relu, p) dense", 4)]
    public void The_recursion_has_one_line_for_every_signal(string text, int signals)
    {
        var explanation = Network.Parse(text).Explain();
        Assert.Equal(signals, explanation.Recursion.Count);
        for (var i = 0; i < signals; i++)
        {
            Assert.StartsWith($"Sigma{i} = ", explanation.Recursion[i].Sigma);
            Assert.StartsWith($"Theta{i} = ", explanation.Recursion[i].Theta);
        }

        Assert.Equal("Sigma0 = x.x'/d", explanation.Recursion[0].Sigma);
        Assert.All(explanation.Tree, line => Assert.InRange(line.Number ?? 0, 0, signals - 1));
        Assert.Equal(signals - 1, explanation.Tree.Max(line => line.Number));
    }

    [Fact]
    public void The_recursion_is_the_dual_number_law()
    {
        var lines = Network.Parse("hadamard(dense(w=2,b=0.5) relu, dense) dense").Explain().Recursion;
        Assert.Contains(new RecursionLine("Sigma1 = 4 Sigma0 + 0.25", "Theta1 = Sigma1"), lines);
        Assert.Contains(new RecursionLine("Sigma2 = T[relu](Sigma1)", "Theta2 = T'[relu](Sigma1) Theta1"), lines);
        Assert.Contains(new RecursionLine("Sigma4 = Sigma2 Sigma3", "Theta4 = Theta2 Sigma3 + Theta3 Sigma2"), lines);
    }

    [Fact]
    public void A_short_network_has_its_kernels_in_one_formula()
    {
        var explanation = Network.Parse("hadamard(dense, dense)").Explain();
        Assert.Equal("k k", explanation.Sigma);
        Assert.Equal("k k + k k", explanation.Theta);
        Assert.Null(explanation.Refusal);
    }

    [Fact]
    public void A_long_network_has_none()
    {
        var explanation = Network.Parse("(dense relu)^30 dense").Explain();
        Assert.Null(explanation.Sigma);
        Assert.Null(explanation.Theta);
        Assert.Equal(62, explanation.Recursion.Count);
    }

    [Fact]
    public void Every_dual_activation_is_explained_once()
    {
        var duals = Network.Parse("(dense relu)^3 dense tanh dense").Explain().Duals;
        Assert.Equal(["relu", "tanh"], duals.Select(dual => dual.Activation));
        Assert.Equal("s/(2 pi) + 0.5 (1 - th/pi) c", duals[0].Value);
        Assert.Equal("0.5 (1 - th/pi)", duals[0].Derivative);
        Assert.Equal("1/sqrt(2 pi) sqrt(q1)", duals[0].Mean);
        Assert.Equal("E[tanh(u) tanh(v)]", duals[1].Value);
    }

    [Theory]
    [InlineData("hadamard(dense, dense) relu dense", "relu")]
    [InlineData("dense sum(dense relu, relu bottleneck(width=3)) dense", "bottleneck(width=3)")]
    [InlineData("let p = dense relu in sum(hadamard(p, dense relu), p) dense", "sum")]
    public void A_refused_network_is_explained_as_far_as_it_goes_and_marked_where_it_is_refused(string text, string layer)
    {
        var network = Network.Parse(text);
        var explanation = network.Explain();
        var refusal = Assert.Throws<NetworkRefusedException>(network.Ntk);
        Assert.Equal(layer, Assert.Single(explanation.Tree, line => line.IsRefused).Text);
        Assert.Equal(refusal.Message, explanation.Refusal?.Message);
        Assert.Equal(layer, explanation.Refusal?.Layer);
        Assert.NotEmpty(explanation.Recursion);
        Assert.Null(explanation.Sigma);
    }
}
