namespace HadamardNtk.Bench;

/// <summary>Our own Cholesky factorization against a LAPACK's, and eigenvalues.</summary>
internal static unsafe class SolvePart
{
    private const double Aim = 0.5;

    internal static Section Run(LargeContext context, string title)
    {
        var native = context.Lapack;
        int[] orders = [256, 1024, context.Size(4096, 2048)];
        var factors = Rounds.Of(context.Options.Rounds, [.. orders.SelectMany(n => Factorizations(n, native))]);
        var (large, small) = (context.Size(2000, 500), context.Size(500, 200));
        var eigen = Rounds.Of(context.Options.Rounds with { Count = 3, Warming = 1 }, [.. Eigen(large, native), .. Eigen(small, DenseLibraries.Own)]);
        return new(
            title,
            $"Cholesky factors in float64, all cores, without the copying of the matrix; medians of {factors.Count} interleaved rounds. {About(context)} It is called on panels of 1024 columns, between which it can be cancelled.",
            new Table(["n", "own ms", "dpotrf ms", "in panels", "own GFLOP/s", "dpotrf GFLOP/s", "own to dpotrf", "aim"], [.. orders.Select(n => Row(n, factors))]),
            $"Eigenvalues and eigenvectors of the same kind of matrix, seconds; the leading part is a tenth. Medians of {eigen.Count} rounds.",
            new Table(["n", "by", "all", "leading"], [
                EigenRow(large, native?.Name ?? "LAPACK", eigen),
                EigenRow(small, DenseLibraries.Own.Name, eigen),
            ]));
    }

    private static string About(LargeContext context) =>
        context.Lapack is { } lapack ? $"dpotrf is that of {lapack.Name}." : $"No LAPACK here: {context.LapackReason}";

    private static IEnumerable<Subject> Factorizations(int n, DenseLibrary? native)
    {
        var (a, work) = (Definite(n), new double[n * n]);
        Subject Factor(string name, DenseLibrary library) => new($"{name} {n}", () => Refactor(library, a, work, n)) { Rest = Syrk.Rest };
        return [
            new($"copy {n}", () => a.CopyTo(work, 0)),
            Factor("own", DenseLibraries.Own),
            .. native?.Double is NativeAlgebra<double> whole
                ? [Factor("panels", native), Factor("native", native with { Double = whole.WithPanel(n) })]
                : Array.Empty<Subject>(),
        ];
    }

    private static void Refactor(DenseLibrary library, double[] a, double[] work, int n)
    {
        a.CopyTo(work, 0);
        fixed (double* x = work)
        {
            if (!library.Double.TryFactor(new(x, n, n, n), Workers.All, null, out var failure))
            {
                throw new InvalidOperationException($"the matrix is positive definite, but {library.Name} has {failure}");
            }
        }
    }

    private static IEnumerable<Subject> Eigen(int n, DenseLibrary? library)
    {
        if (library is null)
        {
            return [];
        }

        var a = Definite(n);
        Subject Decompose(string name, int leading) =>
            new($"{name} {n}", () => library.Double.Decompose((double[])a.Clone(), n, leading, Workers.All)) { Rest = Syrk.Rest };
        return [Decompose("all", n), Decompose("leading", n / 10)];
    }

    /// <summary>X Xᵀ / n + I of normal X.</summary>
    private static double[] Definite(int n)
    {
        var (x, a) = (Inputs.Normal(n, n), new double[n * n]);
        fixed (double* from = x.Data, to = a)
        {
            MatrixView<double> rows = new(from, n, n, n);
            Product.Multiply(rows, rows.Transpose, new(to, n, n, n), Workers.All);
        }

        for (var t = 0; t < a.Length; t++)
        {
            a[t] = a[t] / n + (t % (n + 1) == 0 ? 1 : 0);
        }

        return a;
    }

    private static string[] Row(int n, Rounds rounds)
    {
        double Seconds(string name) => rounds.Difference($"{name} {n}", $"copy {n}");
        double Rate(string name) => (double)n * n * n / 3 / Seconds(name) / 1e9;
        return
        [
            $"{n}", Show.Milliseconds(Seconds("own")), Show.Milliseconds(Seconds("native")), Show.Milliseconds(Seconds("panels")), Show.Number(Rate("own")), Show.Number(Rate("native")),
            Show.Number(Seconds("native") / Seconds("own")), n >= 4096 ? Show.Number(Aim) : "",
        ];
    }

    private static string[] EigenRow(int n, string by, Rounds rounds) =>
        [$"{n}", by, Show.Number(rounds.Seconds($"all {n}")), Show.Number(rounds.Seconds($"leading {n}"))];
}
