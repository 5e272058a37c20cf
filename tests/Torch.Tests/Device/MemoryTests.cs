using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;

namespace HadamardNtk.Torch.Tests.Device;

/// <summary>Nothing stays on the device, and where its memory does not suffice parts become smaller.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public class MemoryTests
{
    private static readonly InfiniteKernel Relu = Network.Parse("(dense(w=1.4,b=0.1) relu)^2 dense").Ntk();
    private static readonly InfiniteKernel Tanh = Network.Parse("dense tanh dense").Ntk();

    [Fact]
    public void After_a_hundred_Gram_matrices_the_memory_is_what_it_was()
    {
        var (backend, x) = (Tensors.Backend(64), Tensors.Near(150, 6, 1e-3, 1));
        Work(backend, x);
        Collect();
        var (tensors, free) = (torch.Tensor.TotalCount, DeviceMemory.Free(Tensors.Device.Tensors));
        for (var k = 0; k < 25; k++)
        {
            Work(backend, x);
        }

        Assert.Equal(tensors, torch.Tensor.TotalCount);
        if (Tensors.Device.IsCuda)
        {
            Assert.Equal(free, DeviceMemory.Free(Tensors.Device.Tensors));
        }
    }

    [Fact]
    public void Nor_does_anything_stay_of_what_fails_or_is_cancelled()
    {
        var backend = Tensors.Backend(16);
        using var stop = new CancellationTokenSource();
        var options = new GramOptions { Backend = backend, Progress = new Cancelling(stop) };
        var kernel = Network.Parse("dense dense(w=1e154)").Ntk();
        void Fail()
        {
            Assert.Throws<KernelUndefinedException>(() => kernel.Gram(new double[,] { { 0.5 }, { 1 } }, options: new() { Backend = backend }));
            Assert.ThrowsAny<OperationCanceledException>(() => Relu.Gram(Tensors.Random(100, 3, 1), options: options, cancellation: stop.Token));
        }

        Fail();
        Collect();
        var tensors = torch.Tensor.TotalCount;
        Fail();
        Assert.Equal(tensors, torch.Tensor.TotalCount);
    }

    /// <summary>TorchSharp keeps no hold of the numbers that it hands to libtorch; see <see cref="Held"/>.</summary>
    [Fact]
    public void Collections_free_no_number_that_is_read()
    {
        var (backend, x) = (Tensors.Backend(16), Tensors.Random(100, 4, 1));
        var options = new GramOptions { Backend = backend };
        var (expected, isDone) = (Tanh.Gram(x, options: options).ToArray(), false);
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref isDone))
            {
                GC.Collect(0);
                Thread.SpinWait(40000);
            }
        });
        collector.Start();
        try
        {
            for (var k = 0; k < 12; k++)
            {
                Assert.Equal(expected, Tanh.Gram(x, options: options).ToArray());
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
            collector.Join();
        }
    }

    [Fact]
    public void No_tile_is_read_any_more_once_the_sink_has_failed()
    {
        var (backend, x, writing) = (Tensors.Backend(16), Tensors.Random(64, 3, 1), 0);
        using var isWriting = new ManualResetEventSlim();
        var sink = new Choosing(
            column => column == 0 || (isWriting.Wait(10000) ? throw new IOException("no list of tiles") : false),
            () =>
            {
                Interlocked.Increment(ref writing);
                isWriting.Set();
                Thread.Sleep(200);
                Interlocked.Decrement(ref writing);
            });
        Assert.Throws<IOException>(() => backend.Compute(new(Relu.Program, x, null, KernelKind.Ntk, Precision.Float64), sink, new GramOptions(), default));
        Assert.Equal(0, Volatile.Read(ref writing));
    }

    /// <summary>The setting is one of the whole process, which a processor does not use but keeps.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TensorFloat32_is_allowed_while_all_backends_on_GPUs_allow_it_and_set_back(bool before)
    {
        _ = Tensors.Backend();
        var (gpu, allowing) = (new TorchDevice(IsCuda: true, 0), new TorchSettings { AllowTensorFloat32 = true });
        Assert.False(new TorchSettings().AllowTensorFloat32);
        var unchanged = torch.backends.cuda.matmul.allow_tf32;
        torch.backends.cuda.matmul.allow_tf32 = before;
        try
        {
            using (new TorchContext(gpu, allowing, 1))
            {
                Assert.True(torch.backends.cuda.matmul.allow_tf32);
                using (new TorchContext(gpu, new(), 1))
                {
                    Assert.False(torch.backends.cuda.matmul.allow_tf32);
                }

                Assert.True(torch.backends.cuda.matmul.allow_tf32);
            }

            Assert.Equal(before, torch.backends.cuda.matmul.allow_tf32);
        }
        finally
        {
            torch.backends.cuda.matmul.allow_tf32 = unchanged;
        }
    }

    [Fact]
    public void Threads_and_gradients_are_set_back()
    {
        var backend = Tensors.Backend();
        var before = torch.get_num_threads();
        Relu.Gram(Tensors.Random(10, 3, 1), options: new() { Backend = backend, Threads = before + 1 });
        Assert.Equal(before, torch.get_num_threads());
        Assert.True(torch.is_grad_enabled());
    }

    [Fact]
    public void What_says_that_memory_could_not_be_had_is_known_by_it()
    {
        _ = Tensors.Backend();
        var error = Assert.ThrowsAny<Exception>(() => torch.empty([1L << 50], device: Tensors.Device.Tensors));
        Assert.True(DeviceMemory.IsExhausted(error), error.Message);
        using var ones = torch.ones([2, 3]);
        var other = Assert.ThrowsAny<Exception>(() => ones.mm(ones));
        Assert.False(DeviceMemory.IsExhausted(other));
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 20.00 GiB.", true)]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", true)]
    [InlineData("cusolver error: CUSOLVER_STATUS_ALLOC_FAILED, when calling `cusolverDnCreate(handle)`", true)]
    [InlineData("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasDgemm`", false)]
    public void A_GPU_says_so_in_the_words_of_each_of_its_libraries(string message, bool isExhausted) =>
        Assert.Equal(isExhausted, DeviceMemory.IsExhausted(new ExternalException(message)));

    [Fact]
    public void A_card_with_a_name_has_a_context_and_no_other_has()
    {
        Assert.Equal(CudaDriver.Name(0).Length > 0, CudaDriver.In(0, () => true));
        Assert.Equal(("", false), (CudaDriver.Name(1 << 20), CudaDriver.In(1 << 20, () => true)));
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(100, 9)]
    [InlineData(7, 1)]
    public void Without_memory_parts_are_halved_and_every_row_is_computed_once(int height, int most)
    {
        var (parts, rows, largest) = (new RowParts(height), new List<int>(), 0);
        void Compute(int first, int count)
        {
            if (count > most)
            {
                throw new ExternalException("CUDA out of memory. Tried to allocate 20.00 MiB");
            }

            rows.AddRange(Enumerable.Range(first, count));
            largest = Math.Max(largest, count);
        }

        parts.ForEach(5, 250, Compute);
        parts.ForEach(255, 45, Compute);
        Assert.Equal(Enumerable.Range(5, 295), rows);
        Assert.True(2 * largest > most || largest == height, $"parts of {largest} rows where {most} fit");
    }

    [Fact]
    public void Without_memory_for_a_row_there_is_a_clear_error()
    {
        var error = Assert.Throws<InsufficientMemoryException>(() => new RowParts(64).ForEach(0, 64, (_, _) => throw new ExternalException("out of memory")));
        Assert.Contains("one row of a tile", error.Message);
        Assert.Throws<ExternalException>(() => new RowParts(64).ForEach(0, 64, (_, _) => throw new ExternalException("expected m1 and m2 to have the same dtype")));
    }

    [Fact]
    public void A_tile_is_never_larger_than_a_span()
    {
        _ = Tensors.Backend();
        var x = Matrix.Wrap(new double[20000], 20000, 1);
        var shape = TileShape.Of(new(Relu.Program, x, null, KernelKind.Ntk, Precision.Float64), new() { Tile = 30000 }, Tensors.Device.Tensors, 10);
        Assert.True((long)shape.Side * shape.Side * sizeof(double) <= int.MaxValue, $"{shape.Side}");
        Assert.InRange(shape.Height, 1, shape.Side);
    }

    [Fact]
    public void What_does_not_fit_on_the_device_is_factorized_on_the_host()
    {
        _ = Tensors.Backend();
        var asked = 0;
        var algebra = new TensorAlgebra<double>(Tensors.Device, n => DenseLibraries.ForOrder(asked = n).Double);
        double[] a = [4, 0, 2, 5];
        Factor(algebra, a, 2);
        Assert.Equal((2.0, 1.0, 2.0, 0), (a[0], a[2], a[3], asked));
        double[] bad = [1, 0, 2, 1];
        Assert.Equal(2, Factor(algebra, bad, 2).Order);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void The_progress_of_a_factorization_on_the_host_is_that_of_the_host()
    {
        _ = Tensors.Backend();
        var (parts, before) = (new List<double>(), -1);
        var algebra = new TensorAlgebra<double>(Tensors.Device, n =>
        {
            before = parts.Count;
            return DenseLibraries.ForOrder(n).Double;
        });

        // The device cannot factorize it, and the host says which minor fails.
        Assert.Equal(2, Factor(algebra, [1, 0, 2, 1], 2, new Direct(parts.Add)).Order);
        Assert.Equal(0, before);
    }

    [Fact]
    public unsafe void Rows_that_do_not_fit_are_uploaded_when_they_are_used()
    {
        _ = Tensors.Backend();
        var x = Tensors.Random(30, 4, 1);
        var set = new SampleSet(Relu.Program, x);
        var device = Tensors.Device.Tensors;
        using var scope = torch.NewDisposeScope();
        using var resident = TensorSamples.Create<double>(set, set.NewPlan(KernelKind.Ntk), device, long.MaxValue, Workers.All);
        using var absent = TensorSamples.Create<double>(set, set.NewPlan(KernelKind.Ntk), device, 0, Workers.All);
        long[] chosen = [17, 3, 29, 3];
        var on = TensorTransfer.Upload<long>(chosen, device);
        foreach (var samples in new[] { resident, absent })
        {
            Assert.Equal(x.Data[(5 * 4)..(12 * 4)], TensorTransfer.Download<double>(samples.Rows(5, 7)));
            Assert.Equal(chosen.SelectMany(i => x.Row((int)i).ToArray()), TensorTransfer.Download<double>(samples.Rows(on, chosen)));
        }

        on.Dispose();
    }

    [Fact]
    public void Memory_is_told_beforehand()
    {
        Assert.Equal(3 * 8L * 20000 * 20000, TorchMemory.Factor(20000, 8));
        Assert.True(TorchMemory.Decompose(20000, 8) > TorchMemory.Factor(20000, 8));
        Assert.Equal(TorchMemory.Solve(100, 7, 8), 2 * TorchMemory.Solve(100, 7, 4));
    }

    // Four matrices, of both precisions, symmetric and not, by closed forms and series.
    private static void Work(IKernelBackend backend, Matrix x)
    {
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var options = new GramOptions { Backend = backend, Precision = precision };
            Relu.Gram(x, options: options);
            Tanh.Cross(x, x, options: options);
        }
    }

    // What other tests left is not counted.
    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static unsafe FailingMinor Factor(
        DenseAlgebra<double> algebra, double[] a, int n, IProgress<double>? progress = null)
    {
        fixed (double* p = a)
        {
            algebra.TryFactor(new(p, n, n, n), Workers.All, progress, out var failure);
            return failure;
        }
    }

    private sealed class Choosing(Func<int, bool> wants, Action write) : IGramSink
    {
        public bool Wants(GramTile tile) => wants(tile.Column);

        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride) where T : unmanaged, IFloatingPointIeee754<T> => write();
    }

    private sealed class Direct(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    private sealed class Cancelling(CancellationTokenSource stop) : IProgress<double>
    {
        public void Report(double value) => stop.Cancel();
    }
}
