using System.Globalization;

namespace HadamardNtk;

/// <summary>Models as one line of text.</summary>
internal static class ModelText
{
    /// <summary>The line of a regression, as in "KernelRegression: NTK of dense relu dense, ridge 0.1, ...".</summary>
    internal static string Of<TSamples>(KernelRegression<TSamples> model) where TSamples : class => Line(
        model,
        model.Kernel.ToString(),
        string.Create(CultureInfo.InvariantCulture, $"ridge {model.Ridge:G6}"),
        Solver(model.Solution.Kind),
        Count(model.Weights.Rows, "weight") + (model.Weights.Columns == 1 ? "" : $" x {model.Weights.Columns}"));

    /// <summary>The line of a classifier.</summary>
    internal static string Of<TSamples>(KernelClassifier<TSamples> model) where TSamples : class
    {
        var regression = model.Regression;
        return Line(
            model,
            Count(model.Classes.Count, "class"),
            regression.Kernel.ToString(),
            string.Create(CultureInfo.InvariantCulture, $"ridge {regression.Ridge:G6}"),
            Solver(regression.Solution.Kind));
    }

    /// <summary>The line of a support vector machine.</summary>
    internal static string Of<TSamples>(SupportVectorMachine<TSamples> model) where TSamples : class => Line(
        model,
        Count(model.Classes.Count, "class"),
        model.Kernel.ToString(),
        Count(model.Machine.Support.Count, "support vector"));

    private static string Line(object model, params string?[] parts) =>
        $"{model.GetType().Name.Split('`')[0]}: {string.Join(", ", parts)}";

    private static string Solver(SolverKind kind) => kind switch
    {
        SolverKind.ConjugateGradients => "conjugate gradients",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Count(int count, string what) =>
        $"{count} {what}{(count == 1 ? "" : what.EndsWith('s') ? "es" : "s")}";
}
