#:package HadamardNtk@*

// Progress and cancellation of everything that may take long; options are immutable and change by 'with'.
using HadamardNtk;

var x = new double[600, 4];
for (var i = 0; i < 2400; i++)
{
    x[i / 4, i % 4] = Math.Cos(i);
}

var kernel = Network.Parse("(dense(w=1.41421356) relu)^3 dense").Ntk();
var done = 0.0;
var options = new GramOptions { Threads = 1, Progress = new Listener(part => done = Math.Max(done, part)) };
kernel.Gram(x, options);
Console.WriteLine($"done: {100 * done:F0} percent");

using var cancellation = new CancellationTokenSource();
try
{
    var stopping = options with { Progress = new Listener(_ => cancellation.Cancel()) };
    kernel.Gram(x, stopping, cancellation.Token);
}
catch (OperationCanceledException)
{
    Console.WriteLine("stopped before the end");
}

/// <summary>A listener that is called at once, where Progress{T} posts to a context.</summary>
sealed class Listener(Action<double> listen) : IProgress<double>
{
    public void Report(double value) => listen(value);
}

// > done: 100 percent
// > stopped before the end
