using HadamardNtk.Api.Tests.Kernels;
using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>The study of graphs: its networks are those of the published code, and its choices see what they may see.</summary>
public class GraphStudyTests
{
    private static readonly GraphStudyOptions Small = new()
    {
        Blocks = [1, 2],
        Layers = [1],
        Means = [false],
        Jumps = [true],
        Costs = [0.1, 10],
        Threads = 1,
    };

    [Theory]
    [InlineData(1, 1, false, false)]
    [InlineData(1, 2, true, true)]
    [InlineData(2, 2, false, true)]
    [InlineData(3, 1, true, true)]
    [InlineData(3, 2, false, false)]
    public void A_network_has_the_kernel_of_the_published_code(int blocks, int layers, bool mean, bool jumps)
    {
        var graphs = GraphSamples.Random(5, 6, 3, 5);
        var architecture = new GntkArchitecture(blocks, layers, mean, jumps);
        var gram = architecture.ToNetwork().GraphKernel().Gram(graphs);
        for (var i = 0; i < graphs.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                // The published sum is doubled, and inner products are not divided by the number of features.
                var published = Published(graphs[i], graphs[j], architecture) / 2 / 3;
                Assert.Equal(published, gram[i, j], 1e-12 * Math.Sqrt(gram[i, i] * gram[j, j]));
            }
        }
    }

    [Fact]
    public void Paths_and_cycles_are_told_apart_and_both_choices_say_so()
    {
        var result = GraphStudy.Run("shapes", Shapes(), Small, null, TestContext.Current.CancellationToken);
        Assert.Equal((4, 4), (result.OnTest.Count, result.Nested.Count));
        Assert.All(result.Nested, accuracy => Assert.Equal(100, accuracy));
        Assert.All(result.OnTest, accuracy => Assert.Equal(100, accuracy));
        Assert.Equal(1, result.Architecture.Blocks);
        Assert.Contains(result.Cost, Small.Costs);
        Assert.Empty(result.Study.Claims);
        Assert.Equal(["choices", "networks", "folds"], result.Study.Tables.Select(table => table.Name));
        Assert.Equal(2, result.Study.Tables[0].Rows.Count);
        Assert.Equal(2, result.Study.Tables[1].Rows.Count);
        Assert.Equal(4, result.Study.Tables[2].Rows.Count);
        Assert.Equal(4, result.Study.Charts.Single().Series.Count);
    }

    [Fact]
    public void The_nested_choice_depends_on_no_label_of_its_test_graphs()
    {
        var data = Shapes();
        var test = data.Folds[0].Test.ToHashSet();
        var turned = data with { Labels = [.. data.Labels.Select((label, i) => test.Contains(i) ? 1 - label : label)] };
        object?[] Choice(GraphData graphs) => [.. GraphStudy.Run(
            "shapes", graphs, Small, null, TestContext.Current.CancellationToken).Study.Tables[2].Rows[0].Skip(3)];
        Assert.Equal(Choice(data), Choice(turned));
        Assert.Equal(
            0, GraphStudy.Run("shapes", turned, Small, null, TestContext.Current.CancellationToken).Nested[0]);
    }

    [Fact]
    public void A_known_data_set_has_its_published_accuracies_beside_it_in_80_columns()
    {
        var result = GraphStudy.Run("mutag", Shapes(), Small, null, TestContext.Current.CancellationToken);
        var text = new StringWriter();
        StudyText.Write(result.Study, text);
        Assert.Contains("90.0 ± 8.5", text.ToString());
        Assert.Equal(ClaimVerdict.NotFound, result.Study.Claims[0].Verdict);
        Assert.Contains("differ by 10.0, and agree up to 6.2: 2.32 (Student's t)", result.Study.Claims[0].Measured);
        Assert.All(text.ToString().Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [InlineData(ClaimVerdict.Found, 4.0)]
    [InlineData(ClaimVerdict.NotFound, 8.5)]
    [InlineData(ClaimVerdict.NotFound, -8.5)]
    public void A_published_mean_is_found_by_the_error_of_the_difference_of_means(ClaimVerdict verdict, double excess)
    {
        // Ten folds of deviation 8.5, as published: the error is 8.5 √(2/10) = 3.80, and t with 18 degrees is 2.15.
        var step = 8.5 * Math.Sqrt(9 / 10.0);
        double[] test = [.. Enumerable.Range(0, 10).Select(k => 90.0 + excess + (k % 2 == 0 ? step : -step))];
        var report = Report("MUTAG", 10, Candidate(1, test, test));
        Assert.Equal(verdict, report.Claims[0].Verdict);
        Assert.Contains("agree up to 8.2: 2.15 (Student's t) times the error 3.8", report.Claims[0].Measured);
    }

    [Fact]
    public void A_network_whose_machines_are_unsolved_has_empty_cells()
    {
        double[] bad = [double.NaN, 50];
        var report = Report("shapes", 2, Candidate(1, [60, 70], [65, 65]), Candidate(2, bad, [50, double.NaN]));
        var rows = report.Tables[1].Rows;
        Assert.Equal([65.0, 65.0], rows[0].Skip(1).Take(2));
        Assert.Equal([null, null, null, 2], rows[1].Skip(1).Take(4));
        Assert.Throws<ArithmeticException>(() => Report("shapes", 2, Candidate(2, bad, bad)));
    }

    [Fact]
    public void Published_accuracies_have_the_names_of_both_sources()
    {
        Assert.Equal(PublishedGraphs.Of("PTC"), PublishedGraphs.Of("PTC_MR"));
        Assert.Equal(PublishedGraphs.Of("IMDBBINARY"), PublishedGraphs.Of("IMDB-BINARY"));
        Assert.NotNull(PublishedGraphs.Of("IMDB-BINARY"));
        Assert.NotNull(PublishedGraphs.Of("PTC_MR"));
    }

    private static GraphCandidate Candidate(int blocks, double[] test, double[] inner) =>
        new(new(blocks, 1, false, true), false, 1, test, inner);

    private static GraphReport Report(string name, int folds, params GraphCandidate[] all) => new(
        name, Shapes() with { Folds = [.. Enumerable.Repeat(Shapes().Folds[0], folds)] }, Small, all,
        [.. all.Select(_ => 1.0)]);

    [Fact]
    public void Options_that_make_no_experiment_are_refused()
    {
        void Bad(string part, GraphStudyOptions options) => Assert.Contains(
            part, Assert.Throws<ArgumentException>(() => GraphStudy.Run("shapes", Shapes(), options)).Message);
        Bad("numbers of blocks", Small with { Blocks = [] });
        Bad("numbers of layers", Small with { Layers = [2, 1] });
        Bad("costs above 0", Small with { Costs = [0, 1] });
        Bad("finite costs", Small with { Costs = [1, double.PositiveInfinity] });
        Bad("inner folds", Small with { InnerFolds = 1 });
        Bad("a fold, 12; came 13", Small with { InnerFolds = 13 });
        Bad("at most 250 blocks and layers, came 2 and 251", Small with { Layers = [251] });
        Bad("at most 250 blocks and layers, came 251 and 1", Small with { Blocks = [251] });
        Bad("each once", Small with { Means = [false, false] });
        Bad("each once", Small with { Jumps = [true, true] });
        Assert.Contains("two folds", Assert.Throws<ArgumentException>(
            () => GraphStudy.Run("shapes", Shapes() with { Folds = [] }, Small)).Message);
        Assert.Contains("fewer in fold 1", Assert.Throws<ArgumentException>(
            () => GraphStudy.Run("shapes", Shapes() with { Labels = [.. Enumerable.Range(0, 16).Select(i => i == 2 ? 1L : 0)] }, Small)).Message);
        Assert.Throws<ArithmeticException>(() => GraphStudy.Run("shapes", Shapes(), Small with { Steps = 1 }));
    }

    // Paths and cycles of 5 to 12 vertices with degrees as tags; a fold tests the graphs of two sizes.
    private static GraphData Shapes()
    {
        var graphs = new List<Graph>();
        for (var n = 5; n <= 12; n++)
        {
            foreach (var closed in new[] { false, true })
            {
                var edges = Enumerable.Range(0, n).Select(p => new[] { p - 1, p + 1 }
                    .Where(q => closed || (q >= 0 && q < n)).Select(q => (q + n) % n).ToArray()).ToArray();
                double[] tags = [.. edges.SelectMany(own => own.Length == 2 ? new double[] { 1, 0 } : [0, 1])];
                graphs.Add(new(Matrix.Wrap(tags, n, 2), edges));
            }
        }

        int[] all = [.. Enumerable.Range(0, graphs.Count)];
        return new(
            new(graphs), [.. all.Select(i => (long)(i % 2))],
            [.. Enumerable.Range(0, 4).Select(k => new GraphFold(
                [.. all.Where(i => i / 2 % 4 != k)], [.. all.Where(i => i / 2 % 4 == k)]))],
            false);
    }

    // The recursion of the published code, gntk.py of KangchengHou/gntk, with the angles of acos.
    private static double Published(Graph one, Graph other, GntkArchitecture a)
    {
        var (own, others) = (Variances(one, a), Variances(other, a));
        var sigma = Products(one, other);
        var jump = Sum(sigma);
        sigma = Adjacent(sigma, one, other, a.IsMean);
        var (ntk, t) = (sigma, 0);
        for (var block = 0; block < a.Blocks; block++)
        {
            for (var layer = 0; layer < a.Layers; layer++, t++)
            {
                (sigma, var slope) = Next(sigma, own[t], others[t]);
                ntk = Each(ntk, (p, q, value) => value * slope[p, q] + sigma[p, q]);
            }

            jump += Sum(ntk);
            if (block < a.Blocks - 1)
            {
                (sigma, ntk) = (Adjacent(sigma, one, other, a.IsMean), Adjacent(ntk, one, other, a.IsMean));
            }
        }

        return 2 * (a.HasJumps ? jump : Sum(ntk));
    }

    private static List<double[]> Variances(Graph graph, GntkArchitecture a)
    {
        var (sigma, found) = (Adjacent(Products(graph, graph), graph, graph, a.IsMean), new List<double[]>());
        for (var block = 0; block < a.Blocks; block++)
        {
            for (var layer = 0; layer < a.Layers; layer++)
            {
                double[] roots = [.. Enumerable.Range(0, graph.Vertices).Select(p => Math.Sqrt(sigma[p, p]))];
                found.Add(roots);
                sigma = Next(sigma, roots, roots).Sigma;
            }

            sigma = Adjacent(sigma, graph, graph, a.IsMean);
        }

        return found;
    }

    private static double[,] Products(Graph one, Graph other)
    {
        var products = new double[one.Vertices, other.Vertices];
        return Each(products, (p, q, _) =>
            Enumerable.Range(0, one.Features.Columns).Sum(c => one.Features[p, c] * other.Features[q, c]));
    }

    private static double[,] Adjacent(double[,] m, Graph one, Graph other, bool isMean)
    {
        static double[,] Dense(Graph graph, bool isMean)
        {
            var a = new double[graph.Vertices, graph.Vertices];
            for (var p = 0; p < graph.Vertices; p++)
            {
                for (var k = 0; k < graph.Neighbors(p).Length; k++)
                {
                    var sum = isMean ? graph.Weights(p).ToArray().Sum() : 1;
                    a[p, graph.Neighbors(p)[k]] = graph.Weights(p)[k] / sum;
                }
            }

            return a;
        }

        var (a, b) = (Dense(one, isMean), Dense(other, isMean));
        return Each(m, (p, q, _) =>
        {
            var sum = 0.0;
            for (var i = 0; i < one.Vertices; i++)
            {
                for (var j = 0; j < other.Vertices; j++)
                {
                    sum += a[p, i] * m[i, j] * b[q, j];
                }
            }

            return sum;
        });
    }

    private static (double[,] Sigma, double[,] Slope) Next(double[,] s, double[] rows, double[] columns)
    {
        var angle = Each(s, (p, q, value) => Math.Acos(Math.Clamp(value / rows[p] / columns[q], -1, 1)));
        var sigma = Each(angle, (p, q, th) =>
            (Math.Cos(th) * (Math.PI - th) + Math.Sin(th)) / Math.PI * rows[p] * columns[q]);
        return (sigma, Each(angle, (_, _, th) => (Math.PI - th) / Math.PI));
    }

    private static double Sum(double[,] m) => m.Cast<double>().Sum();

    private static double[,] Each(double[,] m, Func<int, int, double, double> f)
    {
        var result = new double[m.GetLength(0), m.GetLength(1)];
        for (var p = 0; p < m.GetLength(0); p++)
        {
            for (var q = 0; q < m.GetLength(1); q++)
            {
                result[p, q] = f(p, q, m[p, q]);
            }
        }

        return result;
    }
}
