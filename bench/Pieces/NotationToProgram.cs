using BenchmarkDotNet.Attributes;

namespace HadamardNtk.Bench;

/// <summary>From text to a program, without machine code.</summary>
[MemoryDiagnoser]
public class NotationToProgram
{
    private readonly Matrix _x = Inputs.Normal(2, 16);
    private InfiniteKernel _kernel = null!;

    /// <summary>Which text.</summary>
    [Params("dense relu dense", ReferenceFigures.Relu3, "(dense(w=1.41421356) relu)^30 dense", "ncp(degree=4) dense")]
    public string Net { get; set; } = "";

    /// <summary>Makes the kernel whose program is lowered.</summary>
    [GlobalSetup]
    public void Prepare() => _kernel = Network.Parse(Net).Ntk();

    /// <summary>Text to network.</summary>
    [Benchmark]
    public Network Parse() => Network.Parse(Net);

    /// <summary>Text to kernel: parsed, checked by the calculus, the program written.</summary>
    [Benchmark]
    public InfiniteKernel ToKernel() => Network.Parse(Net).Ntk();

    /// <summary>The program to one on strips, cut into chunks, with two samples.</summary>
    [Benchmark]
    public object ToPlan() => new SampleSet(_kernel.Program, _x).NewPlan(KernelKind.Ntk);
}
