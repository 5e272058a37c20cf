using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Exchanges two folders in one step of the file system, so that both names exist at every moment.</summary>
internal static partial class FolderExchange
{
    private const int CurrentFolder = -100;
    private const uint Exchange = 2;
    private const uint Swap = 2;

    /// <summary>Returns false if the system or its file system cannot exchange folders, or if one is missing.</summary>
    internal static bool Try(string folder, string other)
    {
        try
        {
            return OperatingSystem.IsLinux() ? RenameAt(CurrentFolder, folder, CurrentFolder, other, Exchange) == 0
                : OperatingSystem.IsMacOS() && RenameX(folder, other, Swap) == 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameX(string from, string to, uint flags);
}
