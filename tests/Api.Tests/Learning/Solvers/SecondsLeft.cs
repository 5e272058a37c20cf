using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>The seconds that are left of a fit, from the first report on.</summary>
public class SecondsLeft
{
    public static TheoryData<string, int> All
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var name in new[] { "cholesky", "eigen", "cg", "cg float32", "cg none", "falkon" })
            {
                new[] { 100, 5000, 60_000 }.ToList().ForEach(n => all.Add(name, n));
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void It_falls_from_stage_to_stage_to_nothing_at_a_steady_pace(string name, int samples)
    {
        var solver = Of(name);
        var forecast = new Forecast(solver, new(samples, 784, 10));
        var (last, total) = (double.PositiveInfinity, 0.0);
        var stages = solver.Match(forecast);
        var all = stages.Sum(s => s.Operations);
        foreach (var (stage, operations) in stages)
        {
            foreach (var part in new[] { 0.25, 0.5, 1 })
            {
                // A second for each operation, so that the seconds left are the operations left.
                var passed = total + part * operations;
                var left = forecast.Left(stage, part, passed)!.Value;
                Assert.Equal(all - passed, left, 1e-9 * all);
                Assert.True(left <= last);
                last = left;
            }

            total += operations;
        }

        Assert.Equal(0, last, 1e-9 * all);
        Assert.Null(forecast.Left(stages[0].Stage, 0, 1));
        Assert.Null(forecast.Left("no stage", 1, 1));
    }

    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void Every_report_of_a_fit_has_it(string name)
    {
        var log = new SolverLog();
        KernelRegression.Fit(
            EverySolver.Net.Ntk(), EverySolver.X, EverySolver.Y, EverySolver.Options with { Solver = EverySolver.Of(name) with { Progress = log } });
        Assert.All(log.Reports, report => Assert.True(report.Done == 0 || report.SecondsLeft >= 0, $"{report}"));
        Assert.All(log.Reports, report => Assert.False(double.IsNaN(report.Residual ?? 0)));
    }

    private static Solver Of(string name) => name switch
    {
        "cholesky" => Solver.Cholesky,
        "eigen" => Solver.Eigen,
        "cg" => Solver.ConjugateGradients with { Storage = GramStorage.Float64 },
        "cg float32" => Solver.ConjugateGradients with { Storage = GramStorage.Float32 },
        "cg none" => Solver.ConjugateGradients with { Storage = GramStorage.None },
        _ => Solver.Falkon,
    };
}
