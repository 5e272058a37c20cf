using System.Globalization;

namespace HadamardNtk;

/// <summary>The claims, tables and charts of <see cref="GraphStudy"/>.</summary>
internal sealed class GraphReport
{
    private readonly string _name;
    private readonly IReadOnlyList<GraphCandidate> _all;
    private readonly IReadOnlyList<double> _seconds;
    private readonly PublishedGraphs? _published;
    private readonly GraphChoice _onTest;
    private readonly GraphChoice _nested;
    private readonly int _folds;

    /// <exception cref="ArithmeticException">
    /// No candidate has machines on all folds, or a fold has none with machines on it and on its inner folds.
    /// </exception>
    internal GraphReport(
        string name,
        GraphData data,
        GraphStudyOptions options,
        IReadOnlyList<GraphCandidate> all,
        IReadOnlyList<double> seconds)
    {
        (_name, _all, _seconds, _folds) = (name, all, seconds, data.Folds.Count);
        _published = PublishedGraphs.Of(name);
        _onTest = GraphChoice.OnTest("on the test folds", all, _folds) ?? throw Unsolved();
        _nested = GraphChoice.Nested($"nested, {options.InnerFolds} inner folds", all, _folds) ?? throw Unsolved();
    }

    /// <summary>The published accuracy, if there is one, and the honest one.</summary>
    internal StudyClaim[] Claims => _published is not { } known ? [] :
    [
        new(
            $"GNTK classifies {Percent(known.Mean)} ± {Percent(known.Deviation)} percent of {_name}, with the network "
                + "and C chosen on the test folds.",
            "Du et al. 2019",
            Beside(known),
            StudyNumbers.Verdict(Math.Abs(Excess(known).Value) <= Excess(known).Bound)),
        new(
            $"By repeated cross-validation GNTK classifies {Percent(known.Repeated)} percent of {_name}.",
            "later comparisons of graph kernels",
            $"{Percent(_nested.Mean)} percent where each fold chooses for itself.",
            ClaimVerdict.Reported),
    ];

    /// <summary>The accuracies of both ways, of each network, and of each fold.</summary>
    internal StudyTable[] Tables => [Choices(), Networks(), Folds()];

    /// <summary>The accuracies of the best network by C.</summary>
    internal StudyChart[] Charts =>
    [
        new()
        {
            Name = "accuracy-by-cost",
            Title = $"The kernel that is best on the test folds, {Best.Architecture.Name}",
            X = new("C", Logarithmic: true),
            Y = new("accuracy in percent"),
            Series =
            [
                .. new[] { false, true }.SelectMany(normalized => new[]
                {
                    Line(normalized, false), Line(normalized, true),
                }),
            ],
            Caption = "Means over the folds: of the test graphs, and in the cross-validation of the training graphs. C "
                + "of a kernel that is not normalized is in units of its least entry.",
        },
    ];

    /// <summary>The accuracies, with the whole study.</summary>
    internal GraphStudyResult Result(StudyResult study) => new(
        study, _onTest.Accuracies, _nested.Accuracies, Best.Architecture, Best.IsNormalized, Best.Cost);

    private GraphCandidate Best => _onTest.Chosen[0];

    private static string Percent(double x) => x.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Form(GraphCandidate c) => c.IsNormalized ? "normalized" : "plain";

    private static string Percent(SampleMean mean) => $"{Percent(mean.Mean)} ± {Percent(mean.Deviation)}";

    private static ArithmeticException Unsolved() => new(
        "no support vector machine reached its tolerance in the steps that it may take; allow more, or smaller C");

    // Both deviations are over folds: the difference of the two means has the error √(σ²/J + s²/K).
    private MeanTest Excess(PublishedGraphs known) => MeanTest.Between(_onTest.Mean, known.OverFolds);

    private string Beside(PublishedGraphs known)
    {
        var excess = Excess(known);
        return $"{Percent(_onTest.Mean)} percent by the same choice. The means differ by "
            + $"{Percent(Math.Abs(excess.Value))}, and agree up to {Percent(excess.Bound)}: "
            + $"{StudyNumbers.Text(excess.Quantile)} (Student's t) times the error {Percent(excess.Error)} of the "
            + $"difference, √(σ²/{PublishedGraphs.Folds} + s²/{_folds}) by the deviations σ and s over folds.";
    }

    private StudyTable Choices()
    {
        var kernels = _nested.Chosen.Select(c => (c.Architecture, c.IsNormalized)).Distinct().Count();
        List<IReadOnlyList<object?>> rows =
        [
            [_onTest.Name, Percent(_onTest.Mean), Best.Architecture.Name, Form(Best), Best.Cost],
            [_nested.Name, Percent(_nested.Mean), $"{kernels} kernels", "by fold", null],
        ];
        if (_published is { } known)
        {
            rows.Add(["published, on the test folds", Percent(known.OverFolds), "GNTK", null, null]);
            rows.Add(["published, repeated by others", Percent(known.Repeated), "GNTK", null, null]);
        }

        return new()
        {
            Name = "choices",
            Title = $"Accuracy on {_name} in percent, mean ± standard deviation over {_folds} folds",
            Columns = ["choice", "accuracy", "kernel", "form", "C"],
            Rows = rows,
        };
    }

    private StudyTable Networks() => new()
    {
        Name = "networks",
        Title = "Each network (blocks x layers, kind of aggregate, jk for jumping knowledge): the best C on the test "
            + "folds, the nested choice, and seconds for its Gram matrix; empty where machines are unsolved",
        Columns = ["network", "test", "nested", "deviation", "unsolved", "seconds"],
        Rows =
        [
            .. _all.GroupBy(c => c.Architecture).Select((own, k) => Row(own.Key, [.. own], _seconds[k])),
        ],
    };

    private IReadOnlyList<object?> Row(GntkArchitecture architecture, GraphCandidate[] own, double seconds)
    {
        var (test, nested) = (GraphChoice.OnTest("", own, _folds), GraphChoice.Nested("", own, _folds));
        return
        [
            architecture.Name, test?.Mean.Mean, nested?.Mean.Mean, nested?.Mean.Deviation,
            own.Sum(c => c.Test.Count(double.IsNaN) + c.Inner.Count(double.IsNaN)), seconds,
        ];
    }

    private StudyTable Folds() => new()
    {
        Name = "folds",
        Title = "Each fold: accuracy by the choice on the test folds, and by its own choice",
        Columns = ["fold", "test", "nested", "kernel", "form", "C"],
        Rows =
        [
            .. _nested.Chosen.Select((c, fold) => (IReadOnlyList<object?>)
            [
                fold + 1, _onTest.Accuracies[fold], c.Test[fold], c.Architecture.Name, Form(c), c.Cost,
            ]),
        ],
    };

    private StudySeries Line(bool normalized, bool inner)
    {
        GraphCandidate[] own =
            [.. _all.Where(c => c.Architecture == Best.Architecture && c.IsNormalized == normalized)];
        return new()
        {
            Name = $"{(normalized ? "normalized" : "plain")}, {(inner ? "inner folds" : "test folds")}",
            X = [.. own.Select(c => c.Cost)],
            Y = [.. own.Select(c => (inner ? c.Inner : c.Test).Average())],
            Style = inner ? SeriesStyle.Dashed : SeriesStyle.Line,
            Group = normalized ? 1 : 0,
        };
    }
}
