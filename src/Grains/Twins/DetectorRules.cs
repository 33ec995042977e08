using Millwright.Plant;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>Which changes of a detector make sense, and how each is written down.</summary>
internal static class DetectorRules
{
    /// <summary>A repetition of what was done is no change and no refusal: whoever got no answer asks again.</summary>
    public static (string? Code, string Message, bool IsDone) Judge(DetectorCommand command, DetectorRoster roster,
        DetectorDefinition? shadow) =>
        command.Kind switch
        {
            DetectorCommandKind.Shadow => JudgeShadow(roster, shadow!),
            _ when command.Kind != DetectorCommandKind.Drop && command.Version is { } version
                && roster.Live?.Identity.Version == version && roster.Shadow?.Identity.Version != version => (null, "", true),
            DetectorCommandKind.Drop when roster.Shadow is null => (null, "", true),
            _ when roster.Shadow is null => ("detector.shadow.none", "No shadow runs beside this detector. Begin one first.", false),
            _ when command.Version is { } version && roster.Shadow.Identity.Version != version =>
                ("detector.shadow.none", $"The shadow has version '{roster.Shadow.Identity.Version}', not '{version}'.", false),
            DetectorCommandKind.Promote when roster.IsShadowPrevious =>
                ("detector.shadow.previous", "The shadow is the version that was live before. Roll back to it, or begin another.", false),
            DetectorCommandKind.Rollback when !roster.IsShadowPrevious =>
                ("detector.rollback.none", "The version before is not kept: nothing was promoted, or another shadow took its place.",
                    false),
            _ => (null, "", false),
        };

    public static DetectorChange Change(DetectorCommand command, DetectorRoster roster, DetectorDefinition? shadow)
    {
        (string kind, string version) = shadow is null
            ? (roster.Shadow!.Identity.Kind, roster.Shadow.Identity.Version)
            : (shadow.Kind, shadow.Version);
        return new DetectorChange
        {
            Kind = command.Kind switch
            {
                DetectorCommandKind.Shadow => DetectorChangeKind.Shadow,
                DetectorCommandKind.Promote => DetectorChangeKind.Promote,
                DetectorCommandKind.Rollback => DetectorChangeKind.Rollback,
                _ => DetectorChangeKind.Drop,
            },
            DetectorId = command.DetectorId,
            DetectorKind = kind,
            Version = version,
            Definition = shadow,
            Files = roster.Files,
            FileLive = roster.FileLive?.Definition,
            FileShadow = roster.FileShadow?.Definition,
            Operator = command.Operator,
            From = default,
            RecordedTime = default,
        };
    }

    private static (string? Code, string Message, bool IsDone) JudgeShadow(DetectorRoster roster, DetectorDefinition shadow)
    {
        string text = DetectorEntry.TextOf(shadow);
        if (roster.Shadow?.Text == text)
        {
            return (null, "", true);
        }

        if (roster.Live is null)
        {
            // Nothing to be compared with, and promoting it would put it beside all others instead of into the place of one.
            return ("detector.notfound", "No detector of this id is live here that a shadow could run beside.", false);
        }

        return roster.IsTaken(DetectorEntry.IdentityOf(shadow), text) || roster.Live.Identity.Version == shadow.Version
            ? ("detector.version.taken",
                $"Version '{shadow.Version}' is or was another detector here. Give it a version of its own.", false)
            : (null, "", false);
    }
}
