namespace HadamardNtk;

/// <summary>A classifier whose classes have texts.</summary>
internal interface ILabelClassifier
{
    /// <summary>The classifier of the places 0, 1, ... of the classes.</summary>
    KernelClassifier Places { get; }

    /// <summary>The classes as texts.</summary>
    IReadOnlyList<string> Texts { get; }

    /// <summary>Whether the classes are numbers, of which one has several texts.</summary>
    bool AreNumbers { get; }
}
