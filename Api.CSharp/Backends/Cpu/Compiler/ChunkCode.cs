using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Runs a chunk on strips. Inputs and outputs are addresses of numbers; count is a multiple of the number of lanes.
/// </summary>
internal unsafe delegate void ChunkMethod(void** inputs, void** outputs, nint count);

/// <summary>
/// Generates machine code for chunks: one loop over the strip with every value in a register. The code is IL that calls
/// the strip operations, which the runtime's compiler inlines. It is generated once for each chunk, precision and
/// width.
/// </summary>
/// <typeparam name="F">The elementary functions.</typeparam>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class ChunkCode<F, V, T>
    where F : struct, IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<Chunk, ChunkMethod> Known = new();

    /// <summary>The code of a chunk.</summary>
    internal static ChunkMethod Of(Chunk chunk) => Known.GetOrAdd(chunk, Make);

    // The code calls the methods of these by name, which a linker that trims does not see.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(StripOperations<,,>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Single128))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Single256))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Single512))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Double128))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Double256))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(Double512))]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Code is asked for where StripRunners.CanCompile.")]
    private static ChunkMethod Make(Chunk chunk)
    {
        var method = new DynamicMethod(
            "chunk", typeof(void), [typeof(void**), typeof(void**), typeof(nint)], typeof(Chunk).Module, true);
        new Writer(method.GetILGenerator(), chunk).Write();
        var code = method.CreateDelegate<ChunkMethod>();
        RuntimeHelpers.PrepareDelegate(code);
        return code;
    }

    private sealed class Writer(ILGenerator il, Chunk chunk)
    {
        private readonly LocalBuilder[] _addresses = [.. chunk.Inputs.Select(_ => il.DeclareLocal(typeof(nint)))];
        private readonly LocalBuilder[] _values =
            [
                .. Enumerable.Range(0, chunk.Inputs.Length + chunk.Instructions.Length)
                    .Select(_ => il.DeclareLocal(typeof(V)))
            ];
        private readonly LocalBuilder[] _targets = [.. chunk.Outputs.Select(_ => il.DeclareLocal(typeof(nint)))];
        private readonly LocalBuilder _place = il.DeclareLocal(typeof(nint));
        private readonly LocalBuilder _end = il.DeclareLocal(typeof(nint));

        /// <summary>for (place = 0; place &lt; end; place += bytes of a vector) { load; compute; store }.</summary>
        internal void Write()
        {
            var (top, bottom) = (il.DefineLabel(), il.DefineLabel());
            Prepare();
            il.MarkLabel(top);
            il.Emit(OpCodes.Ldloc, _place);
            il.Emit(OpCodes.Ldloc, _end);
            il.Emit(OpCodes.Bge, bottom);
            LoadStrips();
            Compute();
            StoreOutputs();
            il.Emit(OpCodes.Ldloc, _place);
            il.Emit(OpCodes.Ldc_I4, V.Count * sizeof(T));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, _place);
            il.Emit(OpCodes.Br, top);
            il.MarkLabel(bottom);
            il.Emit(OpCodes.Ret);
        }

        private void Prepare()
        {
            for (var k = 0; k < chunk.Inputs.Length; k++)
            {
                Address(OpCodes.Ldarg_0, k, _addresses[k]);
                if (chunk.Inputs[k] == ChunkInput.Number)
                {
                    il.Emit(OpCodes.Ldloc, _addresses[k]);
                    il.Emit(OpCodes.Ldobj, typeof(T));
                    Call(typeof(V), nameof(ILanes<,>.Create), typeof(T));
                    il.Emit(OpCodes.Stloc, _values[k]);
                }
            }

            for (var k = 0; k < chunk.Outputs.Length; k++)
            {
                Address(OpCodes.Ldarg_1, k, _targets[k]);
            }

            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Stloc, _place);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Ldc_I4, sizeof(T));
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Stloc, _end);
        }

        private void Address(OpCode table, int index, LocalBuilder into)
        {
            il.Emit(table);
            il.Emit(OpCodes.Ldc_I4, index * sizeof(nint));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, into);
        }

        private void LoadStrips()
        {
            for (var k = 0; k < chunk.Inputs.Length; k++)
            {
                if (chunk.Inputs[k] == ChunkInput.Strip)
                {
                    At(_addresses[k]);
                    Call(typeof(V), nameof(ILanes<,>.Load), typeof(T*));
                    il.Emit(OpCodes.Stloc, _values[k]);
                }
                else if (chunk.Inputs[k] == ChunkInput.Vector)
                {
                    LoadOfVector(_addresses[k]);
                    il.Emit(OpCodes.Stloc, _values[k]);
                }
            }
        }

        // The place of a vector in bytes, divided by the number of lanes, is that of its number.
        private void LoadOfVector(LocalBuilder address)
        {
            il.Emit(OpCodes.Ldloc, address);
            il.Emit(OpCodes.Ldloc, _place);
            il.Emit(OpCodes.Ldc_I4, BitOperations.Log2((uint)V.Count));
            il.Emit(OpCodes.Shr);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldobj, typeof(T));
            Call(typeof(V), nameof(ILanes<,>.Create), typeof(T));
        }

        private void Compute()
        {
            for (var i = 0; i < chunk.Instructions.Length; i++)
            {
                var (operation, operands) = chunk.Instructions[i];
                foreach (var k in operands)
                {
                    il.Emit(OpCodes.Ldloc, _values[k]);
                }

                Call(typeof(StripOperations<F, V, T>), operation.ToString(), [.. operands.Select(_ => typeof(V))]);
                il.Emit(OpCodes.Stloc, _values[chunk.Inputs.Length + i]);
            }
        }

        private void StoreOutputs()
        {
            for (var k = 0; k < chunk.Outputs.Length; k++)
            {
                il.Emit(OpCodes.Ldloc, _values[chunk.Inputs.Length + chunk.Outputs[k]]);
                At(_targets[k]);
                Call(typeof(V), nameof(ILanes<,>.Store), typeof(V), typeof(T*));
            }
        }

        private void At(LocalBuilder address)
        {
            il.Emit(OpCodes.Ldloc, address);
            il.Emit(OpCodes.Ldloc, _place);
            il.Emit(OpCodes.Add);
        }

        [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Make keeps the methods.")]
        private void Call(Type type, string name, params Type[] parameters) =>
            il.Emit(OpCodes.Call, type.GetMethod(name, BindingFlags.Public | BindingFlags.Static, parameters)
                ?? throw new MissingMethodException(type.Name, name));
    }
}
