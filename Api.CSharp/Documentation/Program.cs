using System.Xml.Linq;
using HadamardNtk.Documentation;

// Compilers document what is internal, too. Documentation ASSEMBLY XML leaves in the file what others can see.
var (assembly, file) = (args[0], args[1]);
var visible = VisibleMembers.Of(assembly);
var document = XDocument.Load(file, LoadOptions.PreserveWhitespace);
var members = document.Root!.Element("members")!;
foreach (var member in members.Elements("member").Where(member => !visible.Has(member.Attribute("name")!.Value)).ToArray())
{
    // The line goes with its indentation.
    if (member.PreviousNode is XText space)
    {
        space.Remove();
    }

    member.Remove();
}

document.Save(file + ".partial", SaveOptions.DisableFormatting);
File.Move(file + ".partial", file, overwrite: true);
