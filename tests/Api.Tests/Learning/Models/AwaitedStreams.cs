using HadamardNtk.Api.Tests.Threads;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Models on streams that have to be awaited, as bodies of requests are, are those of other streams.</summary>
public class AwaitedStreams
{
    private static readonly InfiniteKernel Kernel = Network.Parse("dense(b=0.3) relu dense").Ntk();
    private static readonly Matrix X = Samples.Random(12, 3, 1);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 12).Select(i => i % 3L)];
    private static readonly KernelRegression Regression = KernelRegression.Fit(Kernel, X, Samples.Random(12, 2, 2));
    private static readonly KernelClassifier Classifier = KernelClassifier.Fit(Kernel, X, Labels);
    private static readonly SupportVectorMachine<Matrix> Machine = SupportVectorMachine.Fit(Kernel, X, Labels);

    private static readonly LabelClassifier<string> OfTexts =
        KernelClassifier.Fit(Kernel, X, Array.ConvertAll(Labels, label => $"class {label}"));

    [Fact]
    public async Task Models_of_every_kind_come_back_with_the_same_bits()
    {
        await Same(Regression, async stream => await KernelRegression.LoadAsync(stream));
        await Same(Regression, stream => FittedModel.LoadAsync(stream));
        await Same(Classifier, async stream => await KernelClassifier.LoadAsync(stream));
        await Same(OfTexts, async stream => await KernelClassifier.LoadAsync<string>(stream));
        var kept = new Body();
        await SupportVectorMachine.SaveAsync(Machine, kept);
        var loaded = await SupportVectorMachine.LoadAsync(kept.Again());
        Assert.Equal(Machine.Predict(X), loaded.Predict(X));
    }

    [Fact]
    public async Task What_was_saved_to_another_stream_is_read_and_the_other_way_round()
    {
        using var stream = new MemoryStream();
        Regression.Save(stream);
        var awaited = await KernelRegression.LoadAsync(new Body(stream.ToArray()));
        Samples.SameBits(Regression.Weights, awaited.Weights);
        var body = new Body();
        await Regression.SaveAsync(body);
        Samples.SameBits(Regression.Weights, KernelRegression.Load(new MemoryStream(body.Bytes)).Weights);
    }

    [Fact]
    public async Task Progress_ascends_to_one_and_a_token_stops_the_work()
    {
        var body = new Body();
        await Regression.SaveAsync(body);
        Heard.Work[] works =
        [
            (heard, stop) => Regression.SaveAsync(new Body(), Precision.Float64, heard, stop).GetAwaiter().GetResult(),
            (heard, stop) => KernelRegression.LoadAsync(body.Again(), null, heard, stop).GetAwaiter().GetResult(),
            (heard, stop) => SupportVectorMachine.SaveAsync(Machine, new Body(), heard, stop).GetAwaiter().GetResult(),
        ];
        Assert.All(works, Heard.RequireWhole);
        Assert.All(works, Heard.RequireStopped);
    }

    [Fact]
    public async Task A_stream_that_never_answers_is_left_by_its_token()
    {
        using var stop = new CancellationTokenSource();
        var reading = FittedModel.LoadAsync(new Silence(), cancellation: stop.Token);
        Assert.False(reading.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Bad_input_is_refused_as_on_other_streams()
    {
        var error = await Assert.ThrowsAsync<DataFormatException>(() => FittedModel.LoadAsync(new Body([1, 2, 3])));
        Assert.StartsWith("the stream", error.Message);
        Assert.Throws<ArgumentNullException>("stream", () => { _ = FittedModel.LoadAsync(null!); });
        Assert.Throws<ArgumentNullException>("stream", () => { _ = Regression.SaveAsync(null!); });
        var own = KernelRegression.Fit(Kernel, X, Samples.Random(12, 1, 3));
        var body = new Body();
        await Assert.ThrowsAsync<ArgumentException>(() => own.SaveAsync(body, Precision.Float32));
        Assert.Empty(body.Bytes);
    }

    private static async Task Same(IFittedModel model, Func<Stream, Task<IFittedModel>> load)
    {
        var body = new Body();
        await model.SaveAsync(body);
        var loaded = await load(body.Again());
        Assert.Equal(model.GetType(), loaded.GetType());
        Samples.SameBits(model.Regression.Predict(X).Mean, loaded.Regression.Predict(X).Mean, model.GetType().Name);
    }

    /// <summary>The body of a request or a response: calls that are not awaited are refused, and it does not seek.</summary>
    private sealed class Body(byte[]? bytes = null) : Stream
    {
        private readonly MemoryStream _content = bytes is null ? new() : new(bytes);

        internal byte[] Bytes => _content.ToArray();

        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        internal Body Again() => new(Bytes);

        // Bytes come a few at a time, later.
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(1, cancellationToken);
            return await _content.ReadAsync(buffer[..Math.Min(1000, buffer.Length)], cancellationToken);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(1, cancellationToken);
            await _content.WriteAsync(buffer, cancellationToken);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw Refusal;
        public override void Write(byte[] buffer, int offset, int count) => throw Refusal;
        public override void Flush() => throw Refusal;
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        private static InvalidOperationException Refusal => new("Synchronous operations are disallowed.");
    }

    /// <summary>A stream whose other end says nothing.</summary>
    private sealed class Silence : Stream
    {
        public override bool CanRead => true;
        public override bool CanWrite => false;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
