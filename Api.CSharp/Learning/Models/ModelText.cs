using System.Globalization;

namespace HadamardNtk;

/// <summary>Models as one line of text.</summary>
internal static class ModelText
{
    /// <summary>The line of a model, as in "KernelRegression: NTK of dense relu dense, ridge 0.1, ...".</summary>
    internal static string Line(object model, params string?[] parts) =>
        $"{model.GetType().Name.Split('`')[0]}: {string.Join(", ", parts)}";

    /// <summary>A ridge and the solver.</summary>
    internal static string Solved(double ridge, SolverKind solver) => string.Create(
        CultureInfo.InvariantCulture,
        $"ridge {ridge:G6}, {(solver == SolverKind.ConjugateGradients ? "conjugate gradients" : Small(solver))}");

    /// <summary>A number of things.</summary>
    internal static string Count(int count, string what) =>
        $"{count} {what}{(count == 1 ? "" : what.EndsWith('s') ? "es" : "s")}";

    /// <summary>A label, as far as a table has room for it.</summary>
    internal static string Label(object label)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{label}");
        return text.Length > 16 ? text[..13] + "..." : text;
    }

    private static string Small(SolverKind solver) => solver.ToString().ToLowerInvariant();
}
