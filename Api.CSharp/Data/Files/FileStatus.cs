using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>Identifies a file under all its names: by its volume and its number there.</summary>
internal readonly record struct FileIdentity(ulong Volume, ulong Number, ulong More = 0);

/// <summary>The system's record of the file that a name leads to through all links.</summary>
/// <param name="Identity">The file's identity, the same for all its names.</param>
/// <param name="IsOrdinary">False for a pipe, a device, a socket or a folder.</param>
/// <param name="User">The number of its owner; 0 on Windows.</param>
/// <param name="Group">The number of its group; 0 on Windows.</param>
internal sealed partial record FileStatus(FileIdentity Identity, bool IsOrdinary, uint User, uint Group)
{
    private const int CurrentFolder = -100;
    private const uint BasicStatus = 0x7ff;
    private const int TypeMask = 0xF000;
    private const int Ordinary = 0x8000;
    private const int IdInfo = 18;

    /// <summary>The status of a file; null if there is no file or the system does not report it.</summary>
    internal static FileStatus? Of(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? OnLinux(path)
                : OperatingSystem.IsMacOS() ? OnMac(path)
                : OperatingSystem.IsWindows() ? OnWindows(path)
                : null;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException
            or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether two names lead to one file. Where the system does not report it, the paths without links are compared.
    /// </summary>
    internal static bool AreSame(string path, string other)
    {
        if (Of(path) is { } one && Of(other) is { } two)
        {
            return one.Identity == two.Identity;
        }

        var comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return string.Equals(RealPath.Of(path), RealPath.Of(other), comparison);
    }

    // The structure of statx is the same on every architecture. Read are the group, owner, mode, inode and device.
    private static FileStatus? OnLinux(string path)
    {
        Span<byte> status = stackalloc byte[256];
        if (Statx(CurrentFolder, path, 0, BasicStatus, ref MemoryMarshal.GetReference(status)) != 0)
        {
            return null;
        }

        var device = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(status[136..]) << 32)
            | BinaryPrimitives.ReadUInt32LittleEndian(status[140..]);
        return new(
            new(device, BinaryPrimitives.ReadUInt64LittleEndian(status[32..])),
            (BinaryPrimitives.ReadUInt16LittleEndian(status[28..]) & TypeMask) == Ordinary,
            BinaryPrimitives.ReadUInt32LittleEndian(status[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(status[24..]));
    }

    // The structure with inodes of 64 bits begins with device, mode, links, inode, owner and group.
    private static FileStatus? OnMac(string path)
    {
        Span<byte> status = stackalloc byte[256];
        ref var first = ref MemoryMarshal.GetReference(status);
        if ((RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? Stat64(path, ref first)
            : Stat(path, ref first)) != 0)
        {
            return null;
        }

        return new(
            new(BinaryPrimitives.ReadUInt32LittleEndian(status), BinaryPrimitives.ReadUInt64LittleEndian(status[8..])),
            (BinaryPrimitives.ReadUInt16LittleEndian(status[4..]) & TypeMask) == Ordinary,
            BinaryPrimitives.ReadUInt32LittleEndian(status[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(status[20..]));
    }

    private static FileStatus? OnWindows(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        Span<byte> status = stackalloc byte[24];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Information(file, IdInfo, ref MemoryMarshal.GetReference(status), status.Length)
            ? new(
                new(
                    BinaryPrimitives.ReadUInt64LittleEndian(status),
                    BinaryPrimitives.ReadUInt64LittleEndian(status[8..]),
                    BinaryPrimitives.ReadUInt64LittleEndian(status[16..])),
                true, 0, 0)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat64(string path, ref byte status);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Information(SafeFileHandle file, int kind, ref byte status, int length);
}
