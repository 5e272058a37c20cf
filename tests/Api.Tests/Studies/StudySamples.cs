namespace HadamardNtk.Api.Tests.Studies;

/// <summary>Studies with everything that a study can have, small enough to check by hand.</summary>
internal static class StudySamples
{
    /// <summary>A text with what HTML, csv and terminals treat in a special way.</summary>
    internal const string Hostile = "<b>&\"'</b>, \u001b[31m\nü";

    internal static StudyTable Table { get; } = new()
    {
        Name = "slopes",
        Title = "Slopes of " + Hostile,
        Columns = ["network", "slope", "rows", "fits", Hostile],
        Rows =
        [
            ["relu", -2.0 / 3, 100, true, "a,b"],
            [Hostile, double.NaN, 5_000_000_000L, false, ""],
            [null, 1e-300, int.MinValue, null, "say \"no\""],
        ],
    };

    internal static StudyChart Chart { get; } = new()
    {
        Name = "residuals",
        Title = "Residuals " + Hostile,
        X = new("steps", Logarithmic: true),
        Y = new("residual", Logarithmic: true),
        Series =
        [
            new() { Name = "degree 1", X = [1, 2, 4, 8], Y = [1, 0.1 + 0.2, 1e-5, 0], Style = SeriesStyle.Points, Group = 0 },
            new() { Name = "degree 1, predicted", X = [1, 2, 4], Y = [0.9, 1 / 3.0, 1e-5], Style = SeriesStyle.Dashed, Group = 0 },
            new() { Name = Hostile, X = [1, 8], Y = [2, 3], Lower = [1, -1], Upper = [4, 5], Group = 1 },
        ],
        Shaded = new(2, 4, "training " + Hostile),
        Caption = "The caption " + Hostile,
    };

    internal static StudyMap Map { get; } = new()
    {
        Name = "kernel",
        Title = "Kernel " + Hostile,
        Values = new double[,] { { 1, 0.1, double.NaN }, { Math.PI, -1e-17, double.PositiveInfinity } },
        XTitle = "column",
        YTitle = "row " + Hostile,
    };

    internal static StudyResult Whole { get; } = new()
    {
        Name = "sample",
        Title = "A sample " + Hostile,
        Summary = "A paragraph about " + Hostile + " and " + new string('w', 100) + " that has to be wrapped somewhere.",
        Seed = 7,
        Parameters = [new("width", "512"), new(Hostile, Hostile)],
        Claims =
        [
            new("Low degrees are learned first.", "Cao 2019, theorem 1", "Degree 1 takes 10 steps, degree 5 takes 900.", ClaimVerdict.Found),
            new("The exponent is 3 " + Hostile, "Basri 2020", "It is 2.", ClaimVerdict.NotFound),
            new("The noise is small.", "ours", "It is 0.1.", ClaimVerdict.Reported),
        ],
        Tables = [Table],
        Charts = [Chart],
        Maps = [Map],
    };
}
