using System.Reflection.Emit;

namespace HadamardNtk.Bench;

/// <summary>Runs a function over count numbers, a multiple of the lanes: to[k] = f(x[k], y[k]), or f(x[k]).</summary>
internal unsafe delegate void FunctionLoopMethod(void* x, void* y, void* to, nint bytes);

/// <summary>A loop over one of the elementary functions, in the widest vectors, as the kernel compiler would write it.</summary>
internal static class FunctionLoop
{
    /// <summary>The functions.</summary>
    internal static IReadOnlyList<string> Names { get; } =
        ["Acos", "Atan2", "AtanRight", "Exp"];

    /// <summary>Where a function's arguments are taken from.</summary>
    internal static (double Least, double Greatest) Domain(string name) => name switch
    {
        "Acos" => (-1, 1),
        "Exp" => (-10, 0),
        _ => (-5, 5),
    };

    /// <summary>The loop.</summary>
    /// <param name="name">The function.</param>
    /// <param name="single">Whether in float32.</param>
    internal static FunctionLoopMethod Of(string name, bool single)
    {
        var (vector, number) = Types(single);
        var function = (single ? typeof(SingleFunctions) : typeof(DoubleFunctions)).GetMethod(name)!.MakeGenericMethod(vector);
        var method = new DynamicMethod(
            name, typeof(void), [typeof(void*), typeof(void*), typeof(void*), typeof(nint)], typeof(SingleFunctions).Module, true);
        Write(method.GetILGenerator(), function, vector, number);
        return method.CreateDelegate<FunctionLoopMethod>();
    }

    private static (Type Vector, Type Number) Types(bool single) => (VectorWidths.Widest, single) switch
    {
        (VectorWidth.Bits512, true) => (typeof(Single512), typeof(float)),
        (VectorWidth.Bits256, true) => (typeof(Single256), typeof(float)),
        (_, true) => (typeof(Single128), typeof(float)),
        (VectorWidth.Bits512, _) => (typeof(Double512), typeof(double)),
        (VectorWidth.Bits256, _) => (typeof(Double256), typeof(double)),
        _ => (typeof(Double128), typeof(double)),
    };

    private static void Write(ILGenerator il, System.Reflection.MethodInfo function, Type vector, Type number)
    {
        var (place, top, bottom) = (il.DeclareLocal(typeof(nint)), il.DefineLabel(), il.DefineLabel());
        il.MarkLabel(top);
        il.Emit(OpCodes.Ldloc, place);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Bge, bottom);
        for (var k = 0; k < function.GetParameters().Length; k++)
        {
            Address(il, k, place);
            il.Emit(OpCodes.Call, vector.GetMethod("Load", [number.MakePointerType()])!);
        }

        il.Emit(OpCodes.Call, function);
        Address(il, 2, place);
        il.Emit(OpCodes.Call, vector.GetMethod("Store", [vector, number.MakePointerType()])!);
        il.Emit(OpCodes.Ldloc, place);
        il.Emit(OpCodes.Ldc_I4, (int)VectorWidths.Widest / 8);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, place);
        il.Emit(OpCodes.Br, top);
        il.MarkLabel(bottom);
        il.Emit(OpCodes.Ret);
    }

    private static void Address(ILGenerator il, int argument, LocalBuilder place)
    {
        il.Emit(OpCodes.Ldarg, (short)argument);
        il.Emit(OpCodes.Ldloc, place);
        il.Emit(OpCodes.Add);
    }
}
