namespace HadamardNtk;

/// <summary>What becomes of an entry c of the output when the sum s of one chain of products arrives.</summary>
internal enum Write
{
    /// <summary>c = s.</summary>
    Assign,

    /// <summary>c = c + s.</summary>
    Add,

    /// <summary>c = c - s.</summary>
    Subtract,
}
