using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>How a loaded library spells the Fortran routines: what it appends to dpotrf.</summary>
/// <param name="Handle">The library.</param>
/// <param name="Suffix">What it appends.</param>
internal readonly record struct LapackNames(nint Handle, string Suffix)
{
    // OpenBLAS, MKL and Accelerate with 64-bit sizes; then what nearly all have.
    private static readonly string[] _suffixes = ["_64_", "64_", "_64", "$NEWLAPACK$ILP64", "_"];

    private static readonly string[] _routines = ["potrf", "potrs", "syevd", "syevr", "gemm", "trsm", "syrk"];

    /// <summary>The address of a routine, or 0.</summary>
    /// <param name="routine">Its name without what is appended, such as dpotrf.</param>
    internal nint Find(string routine) => NativeLibrary.TryGetExport(Handle, routine + Suffix, out var address) ? address : 0;

    /// <summary>The spellings in which a library has all routines, 64-bit sizes first.</summary>
    /// <param name="handle">The library.</param>
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
