using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>The names of the Fortran routines in a loaded library.</summary>
/// <param name="Handle">The handle of the library.</param>
/// <param name="Suffix">The text that the library appends to a name such as dpotrf.</param>
internal readonly record struct LapackNames(nint Handle, string Suffix)
{
    // The first suffixes are those of OpenBLAS, MKL and Accelerate with 64-bit sizes, the last one is the usual one.
    private static readonly string[] _suffixes = ["_64_", "64_", "_64", "$NEWLAPACK$ILP64", "_"];

    private static readonly string[] _routines = ["potrf", "potrs", "syevd", "syevr", "gemm", "trsm", "syrk"];

    /// <summary>The address of a routine, or 0.</summary>
    /// <param name="routine">Its name without a suffix, such as dpotrf.</param>
    internal nint Find(string routine) =>
        NativeLibrary.TryGetExport(Handle, routine + Suffix, out var address) ? address : 0;

    /// <summary>The suffixes with which a library has all routines, those of 64-bit sizes first.</summary>
    /// <param name="handle">The handle of the library.</param>
    internal static IEnumerable<LapackNames> Of(nint handle) =>
        _suffixes.Select(suffix => new LapackNames(handle, suffix)).Where(names => names.IsComplete);

    private bool IsComplete
    {
        get
        {
            var self = this;
            return _routines.All(routine => self.Find("d" + routine) != 0 && self.Find("s" + routine) != 0);
        }
    }
}
