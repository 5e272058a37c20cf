namespace HadamardNtk.Bench;

/// <summary>Inner products without the program: our kernels beside the BLAS's, tile by tile as the backend asks for them.</summary>
internal static class ProductsPart
{
    internal static Section Run(LargeContext context, string title)
    {
        var n = context.Size(4096, 1024);
        ProductLibrary?[] libraries = [ProductLibrary.Own, context.Blas];
        var cases =
            (from d in new[] { 16, 784 }
             let x = Inputs.Normal(n, d)
             from single in new[] { true, false }
             from library in libraries
             where library is not null
             select new Case(library, x, single)).ToList();
        var rounds = Rounds.Of(context.Options.Rounds, [.. cases.Select(c => new Subject(c.Name, c.Run))]);
        return new(
            title,
            $"n = {n}, the tiles on and above the diagonal, all cores, with the preparation. ns are those of one pair on one core.",
            new Table(
                ["library", "type", "d", "ms", "ns/pair", "GFLOP/s", "of peak"],
                [.. cases.Select(c => c.Row(rounds.Seconds(c.Name), context.Peak))]));
    }

    private sealed record Case(ProductLibrary Library, Matrix X, bool IsSingle)
    {
        internal string Name => $"{Library.Name} {X.Columns} {IsSingle}";

        private double Pairs => X.Rows * (X.Rows + 1.0) / 2;

        internal void Run()
        {
            if (IsSingle)
            {
                ProductsOnly.Single(Library, X);
            }
            else
            {
                ProductsOnly.Double(Library, X);
            }
        }

        internal string[] Row(double seconds, Peak peak)
        {
            var rate = Syrk.Operations(X.Rows, X.Columns) / seconds;
            return
            [
                Library.Name, IsSingle ? "f32" : "f64", $"{X.Columns}", Show.Milliseconds(seconds),
                Show.Number(seconds * LargeContext.Cores / Pairs * 1e9), Show.Number(rate / 1e9),
                Show.Percent(rate / (IsSingle ? peak.Single : peak.Double)),
            ];
        }
    }
}
