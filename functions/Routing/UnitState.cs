namespace ContactRouting.Routing;

/// <summary>What a unit can do for a guest now.</summary>
internal enum UnitState
{
    /// <summary>Nobody is logged in.</summary>
    Offline,

    /// <summary>Somebody is logged in, nobody can serve.</summary>
    LoggedIn,

    /// <summary>Somebody can serve.</summary>
    CanServe,
}
