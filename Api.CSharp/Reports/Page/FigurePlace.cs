using System.Xml.Linq;

namespace HadamardNtk;

/// <summary>The place of a figure in the page.</summary>
/// <param name="Id">Its identifier, which no other figure has.</param>
/// <param name="Heading">The element of its heading.</param>
/// <param name="Link">A link to its file.</param>
internal sealed record FigurePlace(string Id, string Heading, XElement Link);
