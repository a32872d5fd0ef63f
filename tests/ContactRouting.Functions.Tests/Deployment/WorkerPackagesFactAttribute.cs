namespace ContactRouting.Tests.Deployment;

/// <summary>A test of what only the real worker packages make.</summary>
internal sealed class WorkerPackagesFactAttribute : FactAttribute
{
    public WorkerPackagesFactAttribute()
    {
        if (!AppFunctions.HaveTheWorkerPackages) Skip = "Not looked into here: this feed lacks the Functions worker's packages, which write these files.";
    }
}
