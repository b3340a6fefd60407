// One process for all of them, so that everything is synthesised once.
import './draft';
import './environment';
import './foundation';
import './endpoint';
import './alarms';
import './rules';
import './templates';
