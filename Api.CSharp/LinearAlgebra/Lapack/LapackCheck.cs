using System.Numerics;

namespace HadamardNtk;

/// <summary>Checks a library against the definitions, on small matrices and in both precisions.</summary>
internal static class LapackCheck
{
    /// <summary>Whether all results are correct within rounding errors.</summary>
    /// <param name="library">The library to check.</param>
    /// <param name="reason">The fault, or empty.</param>
    internal static bool TryPass(DenseLibrary library, out string reason)
    {
        reason = Fault(library.Double, "d") + Fault(library.Single, "s");
        return reason == "";
    }

    private static string Fault<T>(DenseAlgebra<T> algebra, string type)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var check = new AlgebraCheck<T>(algebra);
        (string Name, Func<int, bool> IsRight)[] routines =
        [
            ("potrf", check.IsFactorRight), ("potrs", check.IsSolutionRight), ("gemm", check.IsProductRight),
            ("syevd", n => check.ArePairsRight(n, n)), ("syevr", n => check.ArePairsRight(n, (n + 1) / 2)),
        ];
        var faults =
            from routine in routines
            from n in AlgebraCheck<T>.Orders
            where !routine.IsRight(n)
            select $"{type}{routine.Name} computes wrongly for order {n}. ";
        return faults.FirstOrDefault("");
    }
}
