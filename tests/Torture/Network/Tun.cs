using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Lynceus.Torture;

/// <summary>A network interface whose other end is this program: what the kernel sends comes out of it as IP packets, and what is written is received. Needs root.</summary>
internal sealed partial class Tun : IDisposable
{
    private const int ReadWrite = 2;
    private const nuint SetInterface = 0x400454CA;
    private const short TunWithoutHeader = 0x0001 | 0x1000;
    private readonly SafeFileHandle handle;

    public Tun(string name)
    {
        handle = Open("/dev/net/tun", ReadWrite);
        if (handle.IsInvalid) throw new Win32Exception(Marshal.GetLastPInvokeError(), "/dev/net/tun");
        // struct ifreq: the name, then the flags.
        Span<byte> request = stackalloc byte[40];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request[16..], TunWithoutHeader);
        if (Ioctl(handle, SetInterface, ref request[0]) < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"TUNSETIFF {name}");
    }

    /// <summary>The next packet; blocks. 0 when the interface is closed or down.</summary>
    public int Receive(byte[] packet)
    {
        var n = Read(handle, ref packet[0], (nuint)packet.Length);
        return n > 0 ? (int)n : 0;
    }

    public void Send(ReadOnlySpan<byte> packet)
    {
        // A kernel that has no room for it drops it, as a radio does.
        if (!handle.IsClosed) _ = Write(handle, ref MemoryMarshal.GetReference(packet), (nuint)packet.Length);
    }

    public void Dispose() => handle.Dispose();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ioctl(SafeFileHandle handle, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(SafeFileHandle handle, ref byte bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(SafeFileHandle handle, ref byte bytes, nuint length);
}
