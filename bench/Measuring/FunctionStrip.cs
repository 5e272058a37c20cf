namespace HadamardNtk.Bench;

/// <summary>One elementary function and a strip of numbers that stays in the first-level cache.</summary>
internal sealed unsafe class FunctionStrip : IDisposable
{
    /// <summary>Numbers of the strip.</summary>
    internal const int Length = 1024;

    private readonly FunctionLoopMethod _loop;
    private readonly NativeBuffer<double> _room = new(3 * Length);
    private readonly nint _bytes;

    /// <param name="name">The function.</param>
    /// <param name="single">Whether in float32.</param>
    internal FunctionStrip(string name, bool single)
    {
        (_loop, _bytes) = (FunctionLoop.Of(name, single), Length * (single ? sizeof(float) : sizeof(double)));
        var (least, greatest) = FunctionLoop.Domain(name);
        Put(0, Inputs.Uniform(Length, least, greatest), single);
        Put(1, Inputs.Uniform(Length, least, greatest, seed: 2), single);
    }

    /// <summary>Computes the strip.</summary>
    internal void Run() => _loop(At(0), At(1), At(2), _bytes);

    public void Dispose() => _room.Dispose();

    private double* At(int strip) => _room.Start + strip * Length;

    private void Put(int strip, double[] values, bool single)
    {
        for (var k = 0; k < Length; k++)
        {
            if (single)
            {
                ((float*)At(strip))[k] = (float)values[k];
            }
            else
            {
                At(strip)[k] = values[k];
            }
        }
    }
}
