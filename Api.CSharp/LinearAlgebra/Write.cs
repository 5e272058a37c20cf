namespace HadamardNtk;

/// <summary>The way in which the sum s of one chain of products changes an entry c of the output.</summary>
internal enum Write
{
    /// <summary>c = s.</summary>
    Assign,

    /// <summary>c = c + s.</summary>
    Add,

    /// <summary>c = c - s.</summary>
    Subtract,
}
