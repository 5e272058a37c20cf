namespace HadamardNtk;

/// <summary>
/// Runs a chunk one instruction after the other, each over the whole strip. The operations and hence the bits are those
/// of its machine code. It is slower, but needs no code generation.
/// </summary>
/// <typeparam name="F">The elementary functions.</typeparam>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class ChunkInterpreter<F, V, T>
    where F : struct, IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>The number of strips of working memory that a chunk needs.</summary>
    internal static int Room(Chunk chunk) => chunk.Inputs.Length + chunk.Instructions.Length;

    /// <summary>Runs a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="inputs">The addresses of the inputs.</param>
    /// <param name="outputs">The addresses of the outputs.</param>
    /// <param name="count">The length of the strip, a multiple of the number of lanes.</param>
    /// <param name="room">Working memory, <see cref="Room"/> strips.</param>
    internal static void Run(Chunk chunk, void** inputs, void** outputs, nint count, T* room)
    {
        for (var k = 0; k < chunk.Inputs.Length; k++)
        {
            Copy(chunk.Inputs[k], (T*)inputs[k], room + k * count, count);
        }

        var values = room + chunk.Inputs.Length * count;
        for (var i = 0; i < chunk.Instructions.Length; i++)
        {
            var (operation, operands) = chunk.Instructions[i];
            var a = room + operands[0] * count;
            var b = operands.Length > 1 ? room + operands[1] * count : a;
            var c = operands.Length > 2 ? room + operands[2] * count : a;
            for (nint j = 0; j < count; j += V.Count)
            {
                V.Store(
                    StripOperations<F, V, T>.Apply(operation, V.Load(a + j), V.Load(b + j), V.Load(c + j)),
                    values + i * count + j);
            }
        }

        for (var k = 0; k < chunk.Outputs.Length; k++)
        {
            Copy(ChunkInput.Strip, values + chunk.Outputs[k] * count, (T*)outputs[k], count);
        }
    }

    private static void Copy(ChunkInput input, T* from, T* to, nint count)
    {
        for (nint j = 0; j < count; j += V.Count)
        {
            V.Store(
                input switch
                {
                    ChunkInput.Strip => V.Load(from + j),
                    ChunkInput.Vector => V.Create(from[j / V.Count]),
                    _ => V.Create(*from),
                },
                to + j);
        }
    }
}
