using System.Numerics;

namespace HadamardNtk;

/// <summary>Holds a library against the definitions on small matrices, in both precisions.</summary>
internal static class LapackCheck
{
    /// <summary>Whether all is computed rightly, within the error of rounding.</summary>
    /// <param name="library">Who computes.</param>
    /// <param name="reason">What is wrong, or empty.</param>
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
