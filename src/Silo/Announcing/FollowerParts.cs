using Millwright.Grains.Alerts;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Announcing;

/// <summary>What all followers share.</summary>
/// <param name="Signal">Pulses when an alert has been recorded.</param>
public sealed record FollowerParts(
    IAlertStore Alerts, IAnnouncementStore Cursors, ChangeSignal Signal, AnnouncementInstruments Instruments, TimeProvider Time);
