using ContactRouting.Storage;

namespace ContactRouting.Directory.Changes;

/// <summary>What goes along with every change of a directory, beyond the directory's own rows.</summary>
internal interface IDirectoryCompanion
{
    /// <summary>Puts its rows into the change's transaction; it may be asked several times for one.</summary>
    void Fill(Batch rows, DirectoryEdit edit, DateTimeOffset now)
    {
    }

    /// <summary>What follows from a change that is committed; what it does not come to, a sweep does.</summary>
    Task FollowAsync(DirectoryTransaction committed, CancellationToken cancellationToken);
}
