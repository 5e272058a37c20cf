using System.Numerics;

namespace HadamardNtk;

/// <summary>The infinite-width kernels of a network. Immutable and safe to share between threads.</summary>
public sealed partial class Kernel
{
    internal Kernel(Network network) => Program = new(network);

    /// <summary>The network.</summary>
    public Network Network => Program.Network;

    /// <summary>The program that computes them.</summary>
    internal KernelProgram Program { get; }

    /// <summary>Σ and Θ at one pair of samples of d features each.</summary>
    /// <exception cref="ArgumentException">The samples are empty or differ in length.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite there.</exception>
    public KernelValue Evaluate(ReadOnlySpan<double> x, ReadOnlySpan<double> other)
    {
        if (x.Length != other.Length || x.Length == 0)
        {
            throw new ArgumentException($"Expected two samples of equal length, not {x.Length} and {other.Length} features.", nameof(other));
        }

        var samples = new SampleSet(Program, new Matrix(1, x.Length, x.ToArray()));
        var others = new SampleSet(Program, new Matrix(1, x.Length, other.ToArray()));
        var product = RowProducts.Dot(x, other) / x.Length;
        return samples.Pair(0, others, 0, product, samples.NewScratch());
    }

    /// <summary>The Gram matrix of the rows of x (n × d): n × n, symmetric.</summary>
    /// <param name="x">Samples, one a row.</param>
    /// <param name="kind">Which kernel.</param>
    /// <param name="options">Backend, threads, progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public GramMatrix Gram(
        Matrix x, KernelKind kind = KernelKind.Ntk, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Compute(x, null, kind, options, cancellation);
    }

    /// <summary>The kernels between the rows of x (n × d) and of other (n′ × d): n × n′.</summary>
    /// <param name="x">Samples, one a row.</param>
    /// <param name="other">The samples of the columns of the result, in rows as in x.</param>
    /// <param name="kind">Which kernel.</param>
    /// <param name="options">Backend, threads, progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The numbers of features differ.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public GramMatrix Cross(
        Matrix x,
        Matrix other,
        KernelKind kind = KernelKind.Ntk,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        return Compute(x, other, kind, options, cancellation);
    }

    /// <summary>The kernel of every row of x with itself: n numbers.</summary>
    public double[] Diagonal(Matrix x, KernelKind kind = KernelKind.Ntk)
    {
        ArgumentNullException.ThrowIfNull(x);
        var samples = new SampleSet(Program, x);
        var scratch = samples.NewScratch();
        var diagonal = new double[x.Rows];
        for (var i = 0; i < x.Rows; i++)
        {
            diagonal[i] = samples.Pair(i, samples, i, samples.Norm(i), scratch)[kind];
        }

        return diagonal;
    }

    /// <summary>Writes a Gram matrix to a file tile by tile, without holding it in memory.</summary>
    /// <remarks>
    /// The format is that of the name: .npy, which a name without an end is too, or comma-separated text (.csv), each also gzipped
    /// (.gz). A .npy is written where it will be; the others are made of one that lies in the same folder, without a name, until then.
    /// <para>
    /// With <paramref name="resume"/>, which is for .npy alone, two files beside it, named as it is with <c>.partial</c> and <c>.journal</c> behind,
    /// outlive whatever interrupts the work, a kill too. The same call goes on from there; the file that it finishes has
    /// the bits of one that was never interrupted. Both are gone when it is complete, or when the kernel is not finite.
    /// </para>
    /// </remarks>
    /// <param name="path">The file; it appears only when it is complete.</param>
    /// <param name="x">Samples, one a row.</param>
    /// <param name="other">The samples of the columns, in rows as in x; null for the symmetric matrix of x.</param>
    /// <param name="kind">Which kernel.</param>
    /// <param name="options">Backend, threads, precision, progress; the defaults if null.</param>
    /// <param name="resume">Continues an interrupted one, or starts one that can be.</param>
    /// <param name="cancellation">Stops the work; nothing is left at the path.</param>
    /// <exception cref="OutputException">
    /// The file cannot be written, its name ends in another format, or what an interrupted run left is of another matrix, damaged, or
    /// in use.
    /// </exception>
    /// <exception cref="NotSupportedException">To be resumed, and the network has a custom activation.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public void WriteGram(
        string path,
        Matrix x,
        Matrix? other = null,
        KernelKind kind = KernelKind.Ntk,
        GramOptions? options = null,
        bool resume = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        var request = WriteOrder.Of(new(Program, x, other, kind, options.Precision), options.Backend ?? Backends.Default);
        if (resume)
        {
            ResumableGram.Write(path, request, options, cancellation);
            return;
        }

        GramFile.Write(path, request, options, cancellation);
    }

    /// <summary>Writes a Gram matrix into memory of the caller's, row-major without gaps.</summary>
    /// <param name="destination">Where it goes: as many numbers as it has entries.</param>
    /// <param name="x">Samples, one a row.</param>
    /// <param name="other">The samples of the columns, in rows as in x; null for the symmetric matrix of x.</param>
    /// <param name="kind">Which kernel.</param>
    /// <param name="options">Backend, threads, precision, progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work; what is in the destination then is undefined.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public void WriteGram(
        Span<double> destination,
        Matrix x,
        Matrix? other = null,
        KernelKind kind = KernelKind.Ntk,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        Fill(destination, x, other, kind, options, cancellation);

    /// <summary>Writes a Gram matrix into memory of the caller's, row-major without gaps, each entry rounded to float32.</summary>
    /// <param name="destination">Where it goes: as many numbers as it has entries.</param>
    /// <param name="x">Samples, one a row.</param>
    /// <param name="other">The samples of the columns, in rows as in x; null for the symmetric matrix of x.</param>
    /// <param name="kind">Which kernel.</param>
    /// <param name="options">Backend, threads, precision of the computation, progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work; what is in the destination then is undefined.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public void WriteGram(
        Span<float> destination,
        Matrix x,
        Matrix? other = null,
        KernelKind kind = KernelKind.Ntk,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        Fill(destination, x, other, kind, options, cancellation);

    private unsafe void Fill<T>(
        Span<T> destination, Matrix x, Matrix? other, KernelKind kind, GramOptions? options, CancellationToken cancellation)
        where T : unmanaged, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        var request = new GramRequest(Program, x, other, kind, options.Precision);
        if (destination.Length != (long)request.Rows * request.Columns)
        {
            throw new ArgumentException(
                $"Expected room for {request.Rows} x {request.Columns} numbers; came {destination.Length}.", nameof(destination));
        }

        fixed (T* target = destination)
        {
            (options.Backend ?? Backends.Default).Compute(request, new MemorySink<T>(request, target), options, cancellation);
        }
    }

    private GramMatrix Compute(Matrix x, Matrix? other, KernelKind kind, GramOptions? options, CancellationToken cancellation)
    {
        var (rows, columns) = (x.Rows, (other ?? x).Rows);
        if ((long)rows * columns > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Expected a matrix of at most {Array.MaxLength} entries in memory; {rows} x {columns} has {(long)rows * columns}. Write it to a file instead.");
        }

        var values = GC.AllocateUninitializedArray<double>(rows * columns);
        Fill(values.AsSpan(), x, other, kind, options, cancellation);
        return new(new Matrix(rows, columns, values), kind, other is null);
    }
}
